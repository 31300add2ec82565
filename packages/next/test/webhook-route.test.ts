import { createWebhooks, type WebhooksOptions } from '@mediahooks/core';
import { gcore, ignite } from '@mediahooks/providers';
import { deliver, manualClock, testCredentials } from '@mediahooks/testing';
import { webhookRoute } from '../src/index.ts';

const createReceiver = (options: Omit<WebhooksOptions, 'sources'> = {}) =>
  createWebhooks({ sources: { ignite: ignite(testCredentials.ignite) }, logger: false, ...options });

const createGcoreReceiver = (trustProxy?: boolean | number) =>
  createWebhooks({ sources: { gcore: gcore() }, logger: false, ...(trustProxy !== undefined && { trustProxy }) });

const params = Promise.resolve({ source: 'ignite' });

const codeOf = async (response: Response) => {
  const answer = await response.json();
  return { status: response.status, code: answer.code ?? answer.outcome };
};

describe('webhookRoute', () => {
  test.each([undefined, false, 0])(
    'throws with trustProxy %p where a source is proven by its address',
    (trustProxy) => {
      expect(() => webhookRoute(createGcoreReceiver(trustProxy))).toThrow(
        expect.objectContaining({ code: 'address-unavailable', message: expect.stringMatching(/webhookRoute: gcore/) }),
      );
    },
  );

  test('throws at the first delivery where the receiver is made by a function', async () => {
    const { POST } = webhookRoute(() => createGcoreReceiver());
    const request = deliver('gcore', 'video.ready').toRequest();
    await expect(POST(request, { params: Promise.resolve({ source: 'gcore' }) })).rejects.toThrow(
      expect.objectContaining({ code: 'address-unavailable' }),
    );
  });

  test.each([[], [undefined], [{ path: '/webhooks' }], [null]])('throws for what is no receiver: %p', (...given) => {
    expect(() => Reflect.apply(webhookRoute, undefined, given)).toThrow(
      expect.objectContaining({
        code: 'option-invalid',
        message: expect.stringContaining('Write export const { POST } = webhookRoute(webhooks).'),
      }),
    );
  });

  test('throws at the first delivery where a function gives none', async () => {
    const { POST } = Reflect.apply(webhookRoute, undefined, [() => undefined]);
    await expect(POST(deliver('ignite', 'video.created').toRequest(), { params })).rejects.toThrow(
      expect.objectContaining({ code: 'option-invalid', message: expect.stringContaining('got undefined') }),
    );
  });

  test('does not throw with the number of proxies', () => {
    expect(() => webhookRoute(createGcoreReceiver(1))).not.toThrow();
  });

  test('refuses a body that was read before, at once', async () => {
    const { POST } = webhookRoute(createReceiver());
    const request = deliver('ignite', 'video.created').toRequest();
    await request.json();
    expect(await codeOf(await POST(request, { params }))).toEqual({ status: 500, code: 'body-already-parsed' });
  });

  test('refuses a body of which nothing more comes', async () => {
    const clock = manualClock();
    const { POST } = webhookRoute(createReceiver({ clock }));
    const body = new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array(3)) });
    const request = new Request('http://localhost/webhooks/ignite', { method: 'POST', body, ...{ duplex: 'half' } });
    const answer = POST(request, { params });
    await clock.untilSet(10_000);
    clock.advance(10_000);
    expect(await codeOf(await answer)).toEqual({ status: 400, code: 'body-incomplete' });
  });

  test('answers 202 at the deadline also where there is no Next.js to tell', async () => {
    const clock = manualClock(Date.now());
    const webhooks = createReceiver({ clock });
    const begun = new Promise<void>((resolve) => {
      webhooks.on('*', () => {
        resolve();
        return new Promise(() => undefined);
      });
    });
    const answer = webhookRoute(webhooks).POST(deliver('ignite', 'video.created').toRequest(), { params });
    // why: guards and schemas have the same time, and theirs is not to be over.
    await begun;
    await clock.untilSet(25_000);
    clock.advance(25_000);
    expect(await codeOf(await answer)).toEqual({ status: 202, code: 'handling' });
  });

  test('needs no parameters where the folder is called like the source', async () => {
    const { POST } = webhookRoute(createReceiver());
    expect(await codeOf(await POST(deliver('ignite', 'video.created').toRequest(), {}))).toEqual({
      status: 200,
      code: 'ignored',
    });
    const elsewhere = deliver('ignite', 'video.created', { source: 'other' }).toRequest();
    expect(await codeOf(await POST(elsewhere, {}))).toEqual({ status: 404, code: 'unknown-source' });
  });
});
