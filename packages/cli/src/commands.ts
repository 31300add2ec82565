import type { Register } from './command.ts';
import { registerConsole } from './console/register-console.ts';
import { registerExplain } from './explain/register-explain.ts';
import { registerInbox } from './inbox/register-inbox.ts';
import { registerInit } from './init/register-init.ts';
import { registerListen } from './listen/register-listen.ts';
import { registerSend } from './send/register-send.ts';
import { registerTpstreams } from './tpstreams/register-tpstreams.ts';

/** Every command there is, in the order of the help: one line each, one folder each. */
export const commands: readonly Register[] = [
  registerSend,
  registerListen,
  registerExplain,
  registerInbox,
  registerConsole,
  registerInit,
  registerTpstreams,
];
