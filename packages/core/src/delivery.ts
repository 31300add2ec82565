import type { TrustFunction } from './address/trust-proxy.ts';
import type { Clock } from './clock.ts';
import type { DeliveryHeaders } from './headers.ts';

export interface BodyLimits {
  /** More than this many bytes is `body-too-large`. */
  readonly maxBytes: number;
  /** So many milliseconds without a byte is `body-incomplete`. */
  readonly stallMs: number;
  readonly clock: Clock;
}

/** One HTTP request as an adapter hands it over: translated, not judged. Nothing of the body has been read. */
export interface IncomingDelivery {
  readonly method: string;
  /** What follows the place the adapter is mounted at, percent-encoded as it came: `/ignite`, or `/echo3d/<token>`. */
  readonly path: string;
  /** The query string without its `?`; empty where there is none. */
  readonly query: string;
  readonly headers: DeliveryHeaders;
  /** Address of the other end of the connection. `undefined` where it is not known (any more): address guards then refuse. */
  readonly socketAddress: string | undefined;
  /** `false` where the platform shows no connection at all (fetch, Next.js). There only proxies can tell the sender. */
  readonly hasSocket: boolean;
  /** The framework's own proxy setting; counts where `trustProxy` is not set. */
  readonly trust?: TrustFunction;
  /** Gives the bytes exactly as they came, or throws a {@link BodyError}. Called at most once. */
  readBody(limits: BodyLimits): Promise<Uint8Array> | Uint8Array;
  /** Keeps a serverless platform alive for work that goes on after the answer. */
  waitUntil?(work: Promise<unknown>): void;
}

/** One HTTP request from a source, its bytes read and nothing changed. */
export interface Delivery {
  /** Ours, unique: as `createId` of the receiver gives it, by default a UUID. */
  readonly id: string;
  readonly source: string;
  readonly headers: DeliveryHeaders;
  readonly query: URLSearchParams;
  /** The path segment behind the source's name, if there was one. */
  readonly pathToken: string | undefined;
  /** The sender's address, proxies taken into account; `undefined` where it cannot be known. */
  readonly address: string | undefined;
  /** Milliseconds since the epoch. Timestamps are judged by this. */
  readonly receivedAt: number;
  readonly body: Uint8Array;
}
