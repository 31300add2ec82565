import { isCause, type RejectionCause } from './diagnosis/is-cause.ts';

/**
 * The one table from a rejection's code to what the sender is told. `detail` goes over the wire, so it says nothing of
 * secrets, expected values or internals; what the operator needs to know is in the rejection's hint.
 */
export const rejectionTable = {
  'method-not-allowed': { status: 405, detail: 'Deliveries are sent with POST.' },
  'unknown-source': { status: 404, detail: 'There is no such source here.' },
  'address-not-allowed': { status: 403, detail: 'This address may not send here.' },
  'body-too-large': { status: 413, detail: 'The body is larger than this receiver takes.' },
  'body-incomplete': { status: 400, detail: 'The body ended early, or has another length than announced.' },
  'unsupported-encoding': { status: 415, detail: 'Compressed bodies are not taken.' },
  'body-already-parsed': { status: 500, detail: 'The receiver is misconfigured.' },
  'credential-missing': { status: 401, detail: 'The credential is missing.' },
  'credential-invalid': { status: 401, detail: 'The credential is not valid.' },
  'credential-expired': { status: 401, detail: 'The credential is too old or too new.' },
  'malformed-body': { status: 400, detail: 'The body is not JSON in UTF-8, or is nested too deeply.' },
  'invalid-payload': { status: 422, detail: 'The payload does not have the expected form.' },
  'in-progress': { status: 409, detail: 'This delivery is being handled right now.' },
  'key-set-unavailable': { status: 503, detail: 'The credential cannot be checked at the moment.' },
  'inbox-unavailable': { status: 503, detail: 'Deliveries cannot be stored at the moment.' },
  'handler-failed': { status: 500, detail: 'The delivery could not be handled.' },
  'internal-error': { status: 500, detail: 'The receiver failed.' },
} as const satisfies Record<string, { readonly status: number; readonly detail: string }>;

/** Stable and public: what a sender reads in `code`, and what `docs/errors.md` explains. */
export type RejectionCode = keyof typeof rejectionTable;

/** Why a delivery was refused. */
export interface Rejection {
  readonly code: RejectionCode;
  /** For the operator: what happened and what to do. Never sent to the sender, never holds a secret. */
  readonly hint: string;
  /** Why more exactly, where that was found out. Never sent to the sender. */
  readonly cause?: RejectionCause;
  /** Seconds after which the sender should try again; sent as `Retry-After`. */
  readonly retryAfterSeconds?: number;
}

export const rejection = (code: RejectionCode, hint: string, retryAfterSeconds?: number): Rejection =>
  retryAfterSeconds === undefined ? { code, hint } : { code, hint, retryAfterSeconds };

/** The same with its cause, where it is known at once and nothing has to be tried. */
export const rejectionBecause = (code: RejectionCode, cause: RejectionCause, hint: string): Rejection => ({
  code,
  cause,
  hint,
});

/** Text from outside, for a hint: quoted, everything but printable ASCII escaped, shortened. */
export const quote = (text: string): string => asciiJson(shortened(text, 80));

/** The same for a text that has quotation marks of its own, and keeps them. */
export const asciiText = (text: string, maxLength: number): string => escaped(shortened(text, maxLength));

const shortened = (text: string, maxLength: number): string =>
  text.length > maxLength ? `${text.slice(0, maxLength)}...` : text;

/** JSON in printable ASCII: text from outside can neither start a line, move a terminal's cursor nor turn its direction. */
export const asciiJson = (value: object | string): string => escaped(JSON.stringify(value));

const escaped = (text: string): string => text.replace(/[^ -~]/g, escapedUnit);

/** One UTF-16 unit as JSON escapes it. */
export const escapedUnit = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** A rejection that was kept as JSON; `undefined` for anything that is none. */
export const readRejection = (value: unknown): Rejection | undefined => {
  if (typeof value !== 'object' || value === null || !('code' in value) || !('hint' in value)) return undefined;
  const { code, hint } = value;
  if (!isCode(code) || typeof hint !== 'string') return undefined;
  // why: one that a newer release knows is left out.
  return 'cause' in value && isCause(value.cause) ? { code, hint, cause: value.cause } : { code, hint };
};

const isCode = (code: unknown): code is RejectionCode =>
  typeof code === 'string' && Object.hasOwn(rejectionTable, code);
