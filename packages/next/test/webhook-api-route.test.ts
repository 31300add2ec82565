import { createWebhooks, type TrustProxy } from '@mediahooks/core';
import { gcore } from '@mediahooks/providers';
import { webhookApiRoute } from '../src/index.ts';

const createReceiver = (trustProxy?: TrustProxy) =>
  createWebhooks({ sources: { gcore: gcore() }, logger: false, ...(trustProxy !== undefined && { trustProxy }) });

describe('webhookApiRoute', () => {
  test('throws without trustProxy where a source is proven by its address', () => {
    expect(() => webhookApiRoute(createReceiver())).toThrow(
      expect.objectContaining({
        code: 'address-unavailable',
        message: expect.stringMatching(/webhookApiRoute: gcore/),
      }),
    );
  });

  test.each([false, 0, 1, 'loopback'])(
    'does not throw with trustProxy %p: somebody has thought of it',
    (trustProxy) => {
      expect(() => webhookApiRoute(createReceiver(trustProxy))).not.toThrow();
    },
  );

  test.each([[], [undefined], [{ waitUntil: () => undefined }], [null]])(
    'throws for what is no receiver: %p',
    (...given) => {
      expect(() => Reflect.apply(webhookApiRoute, undefined, given)).toThrow(
        expect.objectContaining({
          code: 'option-invalid',
          message: expect.stringContaining('Write export default webhookApiRoute(webhooks).'),
        }),
      );
    },
  );

  test('throws for an option that does not exist', () => {
    const misspelt: object = { waitUntill: () => undefined };
    expect(() => webhookApiRoute(createReceiver(1), misspelt)).toThrow(
      expect.objectContaining({ code: 'option-unknown', message: expect.stringContaining('waitUntill') }),
    );
  });
});
