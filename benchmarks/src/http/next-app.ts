import { execFile } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const packageFolder = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const folder = join(packageFolder, '.work', 'next');
const handledName = 'mediahooksBenchmarkHandled';

const ours = `
import { createWebhooks } from '@mediahooks/core';
import { webhookRoute } from '@mediahooks/next';
import { ignite } from '@mediahooks/providers/ignite';
import { secret } from '../../../../../dist/core/contestants/mediahooks.js';
const webhooks = createWebhooks({ sources: { ignite: ignite({ secret }) }, logger: false });
webhooks.on('ignite.video.updated', () => globalThis.${handledName}());
export const { POST } = webhookRoute(webhooks);
`;

const byHand = `
import { verifyByHand } from '../../../../dist/core/contestants/floor.js';
import { readLimited } from '../../../../dist/http/read-limited.js';
export const POST = async (request) => {
  const headers = { 'x-webhook-signature': request.headers.get('x-webhook-signature') ?? '' };
  const payload = verifyByHand({ headers, body: await readLimited(request) });
  if (payload !== undefined) globalThis.${handledName}();
  return Response.json({ ok: payload !== undefined }, { status: payload === undefined ? 401 : 200 });
};
`;

const layout = 'export default ({ children }) => children;\n';

const files: Readonly<Record<string, string>> = {
  'package.json': '{ "name": "mediahooks-benchmark-next", "private": true, "type": "module" }\n',
  'app/layout.js': layout,
  'app/webhooks/[source]/route.js': ours,
  'app/by-hand/route.js': byHand,
};

/** Builds the app with both receivers in it, as its user would. */
export const buildNextApp = async (): Promise<void> => {
  await rm(folder, { recursive: true, force: true });
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  const next = fileURLToPath(import.meta.resolve('next/dist/bin/next'));
  await promisify(execFile)(process.execPath, [next, 'build'], {
    cwd: folder,
    env: { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
  });
};

// why: for imports from ES modules, the types of next promise another default export than there is.
type CreateNext = (options: { readonly dev: boolean; readonly dir: string }) => {
  prepare(): Promise<void>;
  getRequestHandler(): (req: IncomingMessage, res: ServerResponse) => Promise<void>;
};

const isCreateNext = (value: unknown): value is CreateNext => typeof value === 'function';

/** Serves the app that was built; its handlers call `handled`. */
export const createNextServer = async (handled: () => void): Promise<Server> => {
  Object.assign(globalThis, { [handledName]: handled });
  const next: unknown = (await import('next')).default;
  if (!isCreateNext(next)) throw new TypeError('next has another default export than expected.');
  const app = next({ dev: false, dir: folder });
  await app.prepare();
  const handle = app.getRequestHandler();
  return createServer((req, res) => {
    handle(req, res).catch(() => res.destroy());
  });
};
