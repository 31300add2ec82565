import { ConfigurationError, InboxUnavailableError, UnreadableDeliveryError, WebhookError } from '@mediahooks/core';
import { TpstreamsApiError } from '@mediahooks/providers/tpstreams';
import { type ExitCode, exitCodes } from './exit-codes.ts';

/** Each code with what the command then ends with. */
export const commandErrorCodes = {
  'config-unusable': exitCodes.misused,
  'file-unreadable': exitCodes.misused,
  'not-found': exitCodes.refused,
  'package-missing': exitCodes.unavailable,
  'secret-missing': exitCodes.misused,
  unreachable: exitCodes.unavailable,
  usage: exitCodes.misused,
} as const;

export type CommandErrorCode = keyof typeof commandErrorCodes;

/** What a command cannot go on with. The message says what happened and what to do; it never holds a secret. */
export class CommandError extends WebhookError {
  override readonly name = 'CommandError';
  declare readonly code: CommandErrorCode;

  constructor(code: CommandErrorCode, message: string, options?: ErrorOptions) {
    super(code, message, options);
  }
}

export const exitCodeOf = (error: unknown): ExitCode => {
  if (error instanceof CommandError) return commandErrorCodes[error.code];
  if (error instanceof ConfigurationError) return exitCodes.misused;
  if (error instanceof InboxUnavailableError) return exitCodes.unavailable;
  if (error instanceof UnreadableDeliveryError) {
    return error.code === 'decryption-failed' ? exitCodes.misused : exitCodes.refused;
  }
  if (error instanceof TpstreamsApiError) {
    const isAway = error.code === 'tpstreams-unavailable' || error.code === 'tpstreams-rate-limited';
    return isAway ? exitCodes.unavailable : exitCodes.refused;
  }
  return exitCodes.failed;
};
