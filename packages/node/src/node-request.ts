import type { IncomingMessage } from 'node:http';
import type { RegisteredDelivery } from '@mediahooks/core';

/** What other middleware may have left of a body. */
export interface LeftBody {
  /** The bytes, as Google Cloud Functions, Nest's `rawBody: true` or a parser's `verify` leave them. Text is not bytes. */
  readonly rawBody?: unknown;
  /** A `Buffer` from `express.raw()`; anything else has been parsed and proves nothing. */
  readonly body?: unknown;
}

/** A request of `node:http`, with what middleware may have put on it. */
export interface NodeRequest extends IncomingMessage, LeftBody {
  /** body-parser's mark that it has read this request. */
  readonly _body?: unknown;
  /** The verified delivery, where no handler is registered and it is passed on. */
  readonly webhook?: RegisteredDelivery;
}
