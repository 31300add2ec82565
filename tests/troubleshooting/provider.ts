import { createHmac } from 'node:crypto';
import { defineProvider, type Guard, type HmacOptions, hmac } from '@mediahooks/core';
import { createTestDelivery, type TestDelivery } from '@mediahooks/testing';
import * as z from 'zod';

/** A platform of the user's own, proven as given. */
export const platform = (...guards: readonly Guard[]) =>
  defineProvider({
    name: 'platform',
    guards,
    schema: z.unknown(),
    types: ['thing'],
    events: (payload) => [{ type: 'thing', payload }],
  });

export const signedPlatform = (options: HmacOptions) => platform(hmac(options));

export const sign = (
  key: Uint8Array | string,
  content: string,
  algorithm = 'sha256',
  encoding: 'base64' | 'hex' = 'hex',
): string => createHmac(algorithm, key).update(content).digest(encoding);

/** What that platform sends. */
export const platformDelivery = (body: string, headers: Readonly<Record<string, string>>): TestDelivery =>
  createTestDelivery({
    provider: 'platform',
    type: 'thing',
    source: 'platform',
    path: '/platform',
    headerLines: [['content-type', 'application/json'], ...Object.entries(headers)],
    body: new TextEncoder().encode(body),
    credential: { in: 'header', name: 'x-signature' },
  });
