import { type SendOptions, send } from './send.ts';

/** Where a delivery carries what proves it. */
export type CredentialPlace =
  | { readonly in: 'header'; readonly name: string }
  | { readonly in: 'query'; readonly name: string }
  /** The last segment of the path. A second one would be the query parameter. */
  | { readonly in: 'path'; readonly name: string }
  /** The sender's address, told by `X-Forwarded-For`. */
  | { readonly in: 'address' };

/** One header as it goes over the wire. */
export type HeaderLine = readonly [name: string, value: string];

/** What a delivery is made of. */
export interface TestDeliveryParts {
  /** Name of the provider that it is built for. */
  readonly provider: string;
  /** The event type that it means. */
  readonly type: string;
  /** The path segment it is sent to. */
  readonly source: string;
  /** What follows the receiver's mount, with its query: `/ignite`, `/echo3d?token=…`. */
  readonly path: string;
  /** Every header in order; names in lower case. A name may come twice. */
  readonly headerLines: readonly HeaderLine[];
  readonly body: Uint8Array<ArrayBuffer>;
  /** Address it claims to come from, where that is what proves it. */
  readonly address?: string;
  readonly credential: CredentialPlace;
}

/** A request as a platform would send it: proven, but not sent. */
export interface TestDelivery extends TestDeliveryParts {
  readonly method: 'POST';
  /** {@link TestDeliveryParts.headerLines} as an object, for supertest and the like. A header that comes twice is joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  /**
   * The delivery as a fetch `Request`, for receivers that need no network: `await POST(delivery.toRequest())`. `receiver` is where
   * the receiver is mounted, default `http://127.0.0.1/webhooks`; the source's name and the query are appended.
   */
  toRequest(receiver?: string): Request;
  /**
   * Sends it over HTTP and gives the answer. `receiver` is where the receiver is mounted, like `http://127.0.0.1:3000/webhooks`; the
   * source's name and the query are appended. A header that comes twice goes out twice, which `fetch` could not do.
   *
   * @throws {Error} where the connection fails, or `signal` aborts.
   */
  sendTo(receiver: string, options?: SendOptions): Promise<Response>;
}

/** Completes the parts of a delivery. For providers of your own; the five platforms have {@link deliver}. */
export const createTestDelivery = (parts: TestDeliveryParts): TestDelivery => ({
  ...parts,
  method: 'POST',
  headers: Object.fromEntries(new Headers(parts.headerLines.map(([name, value]) => [name, value]))),
  toRequest: (receiver = 'http://127.0.0.1/webhooks') =>
    new Request(urlOf(receiver, parts.path), {
      method: 'POST',
      headers: parts.headerLines.map(([name, value]) => [name, value]),
      body: parts.body,
    }),
  sendTo: (receiver, options = {}) => send(urlOf(receiver, parts.path), parts, options),
});

const urlOf = (receiver: string, path: string): string => `${receiver.replace(/\/+$/, '')}${path}`;
