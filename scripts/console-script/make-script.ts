import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';

const source = new URL('../../packages/console/src/client/console.ts', import.meta.url);

/** The module that the console's script is served from. */
export const target = new URL('../../packages/console/src/assets/script.ts', import.meta.url);

/**
 * The text of that module: the client's source without its types, so that it needs no build of its own and no file beside it, which not
 * every platform has.
 */
export const makeScript = (): string => {
  const code = stripTypeScriptTypes(readFileSync(source, 'utf8'))
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
  if (/[`\\]|\$\{/.test(code)) throw new Error('The client must do without backticks and backslashes.');
  return `import { fingerprint } from './asset.ts';

/** Written by \`npm run console:script\` from client/console.ts: change that one. */
export const script = \`${code}\`;

export const scriptPath = \`assets/console.js?v=\${fingerprint(script)}\`;
`;
};
