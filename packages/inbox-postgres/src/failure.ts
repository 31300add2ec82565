import { InboxUnavailableError } from '@mediahooks/core';

/** Why a transaction did not come to its end. */
export class TransactionError extends Error {
  /** Nothing was stored, and the same may well work in a moment: the server is down, restarting, slow, or two transactions met. */
  readonly isTransient: boolean;
  /** The server's code (https://www.postgresql.org/docs/current/errcodes-appendix.html); `undefined` where it did not answer. */
  readonly sqlState: string | undefined;
  /** Nobody knows whether it was stored: the connection was lost, or said nothing, while that was to be made final. */
  readonly mayBeDone: boolean;

  constructor(message: string, isTransient: boolean, sqlState: string | undefined, mayBeDone = false) {
    super(message);
    this.name = 'TransactionError';
    this.isTransient = isTransient;
    this.sqlState = sqlState;
    this.mayBeDone = mayBeDone;
  }
}

/** Takes secrets out of a message. */
export type Scrub = (message: string) => string;

/**
 * Says what went wrong, in words that may be logged. The original is not attached as the cause: where PostgreSQL refuses a row, its
 * `detail` quotes the row, credentials included.
 */
export const describe = (error: unknown, scrub: Scrub): string => {
  // why: its message was made here, and names the state already.
  if (error instanceof TransactionError) return scrub(error.message);
  const state = sqlStateOf(error);
  // why: where every address of a host was tried in vain, Node's error has an empty message and its errors within.
  const messages =
    error instanceof AggregateError && error.message === ''
      ? error.errors.map((one) => (one instanceof Error ? one.message : String(one)))
      : [error instanceof Error ? error.message : String(error)];
  return scrub(`${messages.join('; ')}${state === undefined ? '' : ` (SQLSTATE ${state})`}`);
};

/** why: `severity` too, because Node's own codes, like EPIPE, may have five capital letters. */
export const sqlStateOf = (error: unknown): string | undefined => {
  if (error instanceof TransactionError) return error.sqlState;
  if (!(error instanceof Error) || !('code' in error) || !('severity' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
};

/** Connection exceptions, transaction rollbacks, insufficient resources, operator intervention, system errors. */
const transientClasses: readonly string[] = ['08', '40', '53', '57', '58'];
/** A standby, or a server told to be read-only; a lock that was not to be had in time. */
const transientStates: readonly string[] = ['25006', '55P03'];

export const isTransientState = (state: string): boolean =>
  transientClasses.includes(state.slice(0, 2)) || transientStates.includes(state);

/** Whether the server could not be asked, rather than refused something. */
export const isOutage = (error: unknown): boolean => {
  const state = sqlStateOf(error);
  if (state !== undefined) return state.startsWith('57') || state.startsWith('08');
  return error instanceof TransactionError || (error instanceof Error && 'code' in error && 'syscall' in error);
};

export const unavailable = (doing: string, error: unknown): InboxUnavailableError =>
  new InboxUnavailableError(`The inbox could not ${doing}: ${error instanceof Error ? error.message : String(error)}.`);

export const closed = (): InboxUnavailableError => new InboxUnavailableError('The inbox is closed.');
