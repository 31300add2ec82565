import { ConfigurationError } from '@mediahooks/core';
import type { JsonValue } from '../json.ts';
import type { DeliveryOptions } from './delivery-options.ts';
import { tamperWith } from './tamper.ts';
import { type CredentialPlace, createTestDelivery, type HeaderLine, type TestDelivery } from './test-delivery.ts';

/** What a provider adds to a body: how it is proven. */
export interface Proof {
  readonly credential: CredentialPlace;
  readonly headerLines?: readonly HeaderLine[];
  /** What follows the source's name in the path, with a `/` before it, and the query with a `?`. */
  readonly rest?: string;
  readonly address?: string;
}

/** A provider's share in a delivery. */
export interface ProviderDelivery {
  readonly provider: string;
  readonly type: string;
  readonly source: string;
  readonly example: JsonValue;
  /** Proves exactly these bytes. */
  readonly prove: (body: Uint8Array) => Proof;
}

/** The order matters: first the bytes, then their proof, and only then what spoils them. */
export const buildDelivery = (
  { provider, type, source, example, prove }: ProviderDelivery,
  options: DeliveryOptions,
): TestDelivery => {
  const body = bodyOf(example, options);
  const { credential, headerLines = [], rest = '', address } = prove(body);
  const extra = Object.entries(options.headers ?? {}).map(([name, value]): HeaderLine => [name.toLowerCase(), value]);
  const segment = options.source ?? source;
  const delivery = createTestDelivery({
    provider,
    type,
    source: segment,
    path: `/${encodeURIComponent(segment)}${rest}`,
    headerLines: [['content-type', 'application/json'], ...headerLines, ...extra],
    body,
    credential,
    ...(address !== undefined && { address }),
  });
  return options.tamper === undefined ? delivery : tamperWith(delivery, options.tamper);
};

const bodyOf = (example: JsonValue, { body, payload }: DeliveryOptions): Uint8Array<ArrayBuffer> => {
  if (body !== undefined) return typeof body === 'string' ? new TextEncoder().encode(body) : Uint8Array.from(body);
  const chosen = typeof payload === 'function' ? payload(example) : (payload ?? example);
  const text: unknown = JSON.stringify(chosen);
  // why: `JSON.stringify` gives no text for `undefined`, and a body that is empty would be signed and sent as if it were meant.
  if (typeof text === 'string') return new TextEncoder().encode(text);
  throw new ConfigurationError('option-invalid', 'deliver: option "payload" is, or returns, nothing that is JSON.');
};
