import { createHmac } from 'node:crypto';
import { defineProvider, type Guard, headerToken, hmac, ipAllowlist, type Sources, urlToken } from '@mediahooks/core';

const secret = 'contract-secret';

/** The token of the source `tokened`. Its space shows whether a path is decoded once. */
export const urlSecret = 'contract token';

/** The signature that `signed` and `once` want in `x-signature`: hex HMAC-SHA256 over the bytes. */
export const signatureOf = (body: Uint8Array): string => createHmac('sha256', secret).update(body).digest('hex');

/**
 * `signed` and `once` are proven by a signature over the raw bytes (`once` recognises deliveries that come again), `tokened` by a
 * token in its URL, `headed` by one in `Authorization`, `near` by the loopback address, `far` by an address that no connection of these tests has (203.0.113.0/24, RFC 5737).
 */
export const contractSources = (addresses: boolean): Sources => {
  const signature = hmac({ secret, header: 'x-signature' });
  return {
    signed: source([signature]),
    once: source([signature], 60_000),
    tokened: source([urlToken({ token: urlSecret })]),
    headed: source([headerToken({ header: 'authorization', token: 'Contract-Header-Token' })]),
    ...(addresses && {
      near: source([ipAllowlist({ ranges: ['127.0.0.0/8', '::1'] })]),
      far: source([ipAllowlist({ ranges: ['203.0.113.0/24'] })]),
    }),
  };
};

const source = (guards: readonly Guard[], windowMs?: number) =>
  defineProvider({
    name: 'contract',
    guards,
    schema: { '~standard': { version: 1, vendor: 'mediahooks', validate: (value: unknown) => ({ value }) } },
    types: ['sent'],
    events: (payload) => [{ type: 'sent', payload }],
    ...(windowMs !== undefined && { options: { dedupe: { window: windowMs } } }),
  });
