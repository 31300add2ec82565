import { createHash } from 'node:crypto';
import { vocabulary } from './vocabulary.ts';

/** A Lua script: it runs on the server, whole or not at all, and nothing runs between its lines. */
export interface Script {
  readonly lua: string;
  readonly sha: string;
}

/** Makes a script that knows the {@link vocabulary}. */
export const script = (body: string): Script => {
  const lua = `${vocabulary}\n${body}`;
  return { lua, sha: createHash('sha1').update(lua).digest('hex') };
};
