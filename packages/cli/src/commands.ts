import type { Register } from './command.ts';
import { registerSend } from './send/register-send.ts';

/** Every command there is, in the order of the help: one line each, one folder each. */
export const commands: readonly Register[] = [registerSend];
