import { createFetchHandler, createWebhooks, defineProvider, headersFromRaw, ipAllowlist } from '@mediahooks/core';
import { z } from 'zod';

const platform = () =>
  defineProvider({
    name: 'platform',
    guards: [ipAllowlist({ ranges: ['92.223.123.0/24'] })],
    schema: z.unknown(),
    types: ['thing'],
    events: (payload) => [{ type: 'thing', payload }],
  });

const receiver = (trustProxy?: boolean | number) =>
  createWebhooks({
    sources: { platform: platform() },
    logger: false,
    ...(trustProxy !== undefined && { trustProxy }),
  });

const receiveForwarded = async (trustProxy: boolean | number | undefined, forwarded: string) => {
  const outcome = await receiver(trustProxy).receive({
    method: 'POST',
    path: '/platform',
    query: '',
    headers: headersFromRaw(['X-Forwarded-For', forwarded]),
    socketAddress: undefined,
    hasSocket: false,
    readBody: () => new TextEncoder().encode('{}'),
  });
  return outcome.rejection?.code ?? outcome.kind;
};

describe('a platform that shows no connection', () => {
  test.each([undefined, false, 0])('believes no X-Forwarded-For with trustProxy %p', async (trustProxy) => {
    expect(await receiveForwarded(trustProxy, '92.223.123.5')).toBe('address-not-allowed');
  });

  test('believes what the one trusted proxy wrote, and no entry before it', async () => {
    expect(await receiveForwarded(1, '92.223.123.5')).toBe('ignored');
    expect(await receiveForwarded(1, '92.223.123.5, 198.51.100.7')).toBe('address-not-allowed');
  });

  test.each([undefined, false, 0])(
    'gets no fetch handler with trustProxy %p for a source proven by address',
    (value) => {
      expect(() => createFetchHandler(receiver(value))).toThrow(
        expect.objectContaining({ code: 'address-unavailable', message: expect.stringContaining('platform') }),
      );
    },
  );

  test('gets one with the number of proxies', () => {
    expect(() => createFetchHandler(receiver(1))).not.toThrow();
  });
});
