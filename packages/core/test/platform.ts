import { createHmac } from 'node:crypto';
import {
  defineProvider,
  headersFromRaw,
  hmac,
  type IncomingDelivery,
  type Outcome,
  outcomeResponse,
  type SourceOptions,
} from '@mediahooks/core';
import { z } from 'zod';

/** A platform made up for these tests, with everything a provider can have: signed, dated, identified and versioned. */
export const secret = 'platform-secret-0001';

export const startsAt = 1_700_000_000_000;

const change = z.looseObject({
  id: z.string(),
  type: z.string().optional(),
  version: z.union([z.number(), z.string()]).optional(),
  streamKey: z.string().optional(),
});

export const platform = (options: SourceOptions = {}) =>
  defineProvider({
    name: 'platform',
    guards: [
      hmac({
        secret,
        header: 'x-signature',
        fields: { timestamp: 't', signature: 'v1' },
        timestampUnit: 'ms',
      }),
    ],
    schema: z.union([change, z.array(change)]).transform((body) => (Array.isArray(body) ? body : [body])),
    types: ['changed', 'deleted'],
    headers: ['x-delivery-id'],
    deliveryId: ({ headers }) => headers.get('x-delivery-id'),
    events: (items) =>
      items.map((item) => ({
        type: item.type ?? 'changed',
        payload: items,
        subject: `item:${item.id}`,
        ...(item.version !== undefined && { version: item.version }),
      })),
    redact: ['streamKey'],
    options,
  });

export const signature = (body: string | Uint8Array, timestamp = startsAt, key = secret): string =>
  `t=${timestamp},v1=${createHmac('sha256', key).update(`${timestamp}.`).update(body).digest('hex')}`;

export interface Sent {
  readonly body?: string | Uint8Array;
  /** Name, value, name, value, … Default: a good signature. */
  readonly headers?: readonly string[];
  readonly id?: string;
  readonly timestamp?: number;
}

/** A genuine delivery, or one with some parts exchanged. */
export const incoming = (
  { body = '{"id":"a"}', headers, id, timestamp }: Sent = {},
  exchanged: Partial<IncomingDelivery> = {},
): IncomingDelivery => ({
  method: 'POST',
  path: '/platform',
  query: '',
  headers: headersFromRaw([
    ...(headers ?? ['X-Signature', signature(body, timestamp)]),
    ...(id === undefined ? [] : ['X-Delivery-Id', id]),
  ]),
  socketAddress: '198.51.100.7',
  hasSocket: true,
  readBody: () => (typeof body === 'string' ? new TextEncoder().encode(body) : body),
  ...exchanged,
});

/** Code or outcome, and status, as the sender gets them. */
export const answerOf = (outcome: Outcome): readonly [string, number] => [
  outcome.rejection?.code ?? outcome.kind,
  outcomeResponse(outcome).status,
];

/** A promise and the function that fulfils it. */
export const gate = (): { readonly passed: Promise<void>; readonly open: () => void } => {
  let open = (): void => undefined;
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { passed, open: () => open() };
};
