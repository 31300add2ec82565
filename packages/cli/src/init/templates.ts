import { type ChosenSource, templateOf } from './chosen-source.ts';
import type { Framework } from './project.ts';

// What is written reads the same in TypeScript and in JavaScript.

const sourceLines = (sources: readonly ChosenSource[], indent: string): string =>
  sources.map((source) => `${indent}${templateOf(source).code}`).join('\n');

const providersOf = (sources: readonly ChosenSource[]): string =>
  sources
    .map((source) => templateOf(source).provider)
    .sort()
    .join(', ');

/** The receiver: sources and handlers. */
export const receiverFile = (framework: Framework, sources: readonly ChosenSource[]): string =>
  framework === 'next' ? nextReceiver(sources) : plainReceiver(sources);

const proxiesLine = (sources: readonly ChosenSource[], indent: string): string =>
  sources.some((source) => templateOf(source).needsAddress)
    ? `${indent}trustProxy: Number(env.MEDIAHOOKS_TRUST_PROXY ?? 0), // how many proxies are in front of this app\n`
    : '';

const plainReceiver = (sources: readonly ChosenSource[]): string => `import { createWebhooks } from '@mediahooks/core';
import { ${providersOf(sources)} } from '@mediahooks/providers';

const { env } = process;

export const webhooks = createWebhooks({
  sources: {
${sourceLines(sources, '    ')}
  },
${proxiesLine(sources, '  ')}});

webhooks.on('*', async (event) => {
  console.log(\`\${event.source}.\${event.type}\`, event.subject ?? '');
});
`;

// why: a function, so that `next build` needs no secrets.
const nextReceiver = (sources: readonly ChosenSource[]): string => `import { createWebhooks } from '@mediahooks/core';
import { ${providersOf(sources)} } from '@mediahooks/providers';

/** Called at the first delivery, so that the build needs no secrets. */
export const createReceiver = () => {
  const { env } = process;
  const webhooks = createWebhooks({
    sources: {
${sourceLines(sources, '      ')}
    },
${proxiesLine(sources, '    ')}  });

  webhooks.on('*', async (event) => {
    console.log(\`\${event.source}.\${event.type}\`, event.subject ?? '');
  });
  return webhooks;
};
`;

export const expressServer = (receiver: string): string => `import { webhookMiddleware } from '@mediahooks/express';
import express from 'express';
import { webhooks } from '${receiver}';

const port = Number(process.env.PORT ?? 3000);
const app = express();
app.use('/webhooks', webhookMiddleware(webhooks)); // before express.json(): what is proven is the raw bytes
app.listen(port, () => console.log(\`Receiving on http://localhost:\${port}/webhooks/<source>\`));
`;

export const koaServer = (receiver: string): string => `import { webhookMiddleware } from '@mediahooks/koa';
import Koa from 'koa';
import { webhooks } from '${receiver}';

const port = Number(process.env.PORT ?? 3000);
const app = new Koa();
app.use(webhookMiddleware(webhooks, { path: '/webhooks' })); // before a body parser: what is proven is the raw bytes
app.listen(port, () => console.log(\`Receiving on http://localhost:\${port}/webhooks/<source>\`));
`;

export const appRoute = (receiver: string): string => `import { webhookRoute } from '@mediahooks/next';
import { createReceiver } from '${receiver}';

export const { POST } = webhookRoute(createReceiver);
`;

export const pagesRoute = (receiver: string): string => `import { webhookApiRoute } from '@mediahooks/next';
import { createReceiver } from '${receiver}';

// Next.js must leave the body alone: what is proven is its bytes.
export const config = { api: { bodyParser: false } };

export default webhookApiRoute(createReceiver);
`;
