import type { JsonValue } from '../json.ts';
import type { Tamper } from './tamper.ts';

/** What every provider's deliveries can be told. */
export interface DeliveryOptions {
  /** The path segment to send to. Default: the provider's usual name (`gcore`, `ignite`, `tpstreams`, `echo3d`, `3q`). */
  readonly source?: string;
  /** The payload, or what becomes of the example. Default: the example for the type. */
  readonly payload?: JsonValue | ((example: JsonValue) => JsonValue);
  /** The body itself, instead of the payload as JSON: to the byte what is signed and sent. */
  readonly body?: Uint8Array | string;
  /** More headers, added to those of the platform. Names in any case. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Spoils the delivery after it was proven. Default: it is genuine. */
  readonly tamper?: Tamper;
}
