import {
  createFetchHandler,
  createWebhooks,
  defineProvider,
  type FetchHandler,
  type FetchHandlerOptions,
  incomingFromRequest,
  ipAllowlist,
  requireTrustProxy,
  type TrustProxy,
  urlToken,
} from '@mediahooks/core';
import { z } from 'zod';
import { gate, platform, signature, startsAt } from './platform.ts';
import { settled, standingClock } from './standing-clock.ts';

const thing = {
  name: 'thing',
  schema: z.unknown(),
  types: ['thing'],
  events: (payload: unknown) => [{ type: 'thing', payload }],
};

const setUp = (options: FetchHandlerOptions = {}) => {
  const clock = standingClock(startsAt);
  const hints: string[] = [];
  const webhooks = createWebhooks({
    sources: { platform: platform(), tokened: defineProvider({ ...thing, guards: [urlToken({ token: 'a/b c' })] }) },
    logger: false,
    clock,
    maxBodyBytes: 100,
    observe: { rejected: (_delivery, { hint }) => void hints.push(hint) },
  });
  return { webhooks, clock, hints, handle: createFetchHandler(webhooks, options) };
};

const url = 'https://example.test/webhooks/platform';
const body = '{"id":"a"}';
const post = (target = url, init: RequestInit = {}): Request =>
  new Request(target, { method: 'POST', body, headers: { 'x-signature': signature(body) }, ...init });

const answerOf = async (response: Promise<Response>): Promise<readonly [string, number]> => {
  const { status, headers } = await response;
  const answer: unknown = await (await response).json();
  const { code, outcome } = z.object({ code: z.string().optional(), outcome: z.string().optional() }).parse(answer);
  expect(headers.get('content-type')).toBe(code === undefined ? 'application/json' : 'application/problem+json');
  return [code ?? outcome ?? '', status];
};

const streamed = (stream: ReadableStream<Uint8Array>, headers: Record<string, string> = {}): Request =>
  new Request(url, {
    method: 'POST',
    body: stream,
    headers: { 'x-signature': signature(body), ...headers },
    ...{ duplex: 'half' },
  });

test('a genuine request is handled, and the same with one byte flipped is not', async () => {
  const { handle } = setUp();
  expect(await answerOf(handle(post()))).toEqual(['ignored', 200]);
  expect(await answerOf(handle(post(url, { body: '{"id":"b"}' })))).toEqual(['credential-invalid', 401]);
});

describe('the path', () => {
  const token = encodeURIComponent('a/b c');
  test.each([
    ['/webhooks/platform', 'ignored'],
    ['/webhooks/platform/', 'ignored'],
    ['/webhooks/plat%66orm', 'ignored'],
    ['/webhooks//platform', 'ignored'],
    ['/webhooks/platform?x=/y', 'ignored'],
    [`/webhooks/tokened/${token}`, 'ignored'],
    ['/webhooks/tokened/a%2fb%20c', 'ignored'],
    [`/webhooks/tokened?token=${token}`, 'ignored'],
    ['/webhooks/tokened?token=a%2Fb+c', 'ignored'],
    ['/webhooks/tokened/a/b%20c', 'unknown-source'],
    ['/webhooks/tokened', 'credential-missing'],
    [`/webhooks/tokened/${token}?token=${token}`, 'credential-invalid'],
    ['/webhooks', 'unknown-source'],
    ['/webhooks/', 'unknown-source'],
    ['/webhooksplatform', 'unknown-source'],
    ['/webhooks2/platform', 'unknown-source'],
    ['/platform', 'unknown-source'],
    ['/', 'unknown-source'],
    ['/api/webhooks/platform', 'unknown-source'],
    ['/webhooks/%', 'unknown-source'],
    ['/webhooks/%ff', 'unknown-source'],
    ['/webhooks/platform%00', 'unknown-source'],
    ['/webhooks/%2fplatform', 'unknown-source'],
    ['/webhooks/x/../platform', 'ignored'],
  ])('%s gives %s', async (path, expected) => {
    const { handle } = setUp();
    const [code] = await answerOf(handle(post(`https://example.test${path}`)));
    expect(code).toBe(expected);
  });

  test.each([
    ['/', '/platform'],
    ['/api/hooks', '/api/hooks/platform'],
    ['/api/hooks/', '/api/hooks/platform'],
    ['/api/hooks//', '/api/hooks/platform'],
  ])('may be mounted at %s', async (path, target) => {
    const { handle } = setUp({ path });
    expect(await answerOf(handle(post(`https://example.test${target}`)))).toEqual(['ignored', 200]);
    expect(await answerOf(handle(post(`https://example.test/other${target}`)))).toEqual(['unknown-source', 404]);
  });

  test.each([[{ path: 'webhooks' }], [{ path: '' }], [{ path: 5 }], [{ pth: '/' }]])('%j is refused', (options) => {
    const { webhooks } = setUp();
    expect(() => Reflect.apply(createFetchHandler, undefined, [webhooks, options])).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/^option-/) }),
    );
  });
});

test('other methods get 405 with Allow, HEAD and OPTIONS among them', async () => {
  const { handle } = setUp();
  for (const method of ['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS']) {
    const response = await handle(new Request(url, { method }));
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
  }
});

test('the exact bytes are verified, whatever they are', async () => {
  const { handle, webhooks } = setUp();
  let got: Uint8Array | undefined;
  webhooks.on('platform.changed', ({ delivery }) => {
    got = delivery.body;
  });
  const bytes = new TextEncoder().encode('{"id":"\\u00e9é","n":1.0,"big":12345678901234567890}\n');
  const request = post(url, { body: bytes, headers: { 'x-signature': signature(bytes) } });
  expect(await answerOf(handle(request))).toEqual(['handled', 200]);
  expect(Buffer.from(got ?? []).equals(bytes)).toBe(true);
});

describe('a body', () => {
  test('that was read before is refused at once, and the hint says what to do', async () => {
    const { handle, hints } = setUp();
    const read = post();
    await read.text();
    expect(await answerOf(handle(read))).toEqual(['body-already-parsed', 500]);
    const locked = post();
    locked.body?.getReader();
    expect(await answerOf(handle(locked))).toEqual(['body-already-parsed', 500]);
    expect(hints).toEqual([expect.stringContaining('request.clone()'), expect.stringContaining('request.clone()')]);
  });

  test('that is not there is empty, or cut short where a length was announced', async () => {
    const { handle } = setUp();
    const without = (headers: Record<string, string>) =>
      handle(new Request(url, { method: 'POST', headers: { 'x-signature': signature(''), ...headers } }));
    expect(await answerOf(without({}))).toEqual(['malformed-body', 400]);
    expect(await answerOf(without({ 'content-length': '0' }))).toEqual(['malformed-body', 400]);
    expect(await answerOf(without({ 'content-length': '10' }))).toEqual(['body-incomplete', 400]);
  });

  test.each([
    ['10', 'ignored'],
    ['9', 'body-incomplete'],
    ['11', 'body-incomplete'],
    ['101', 'body-too-large'],
    ['1e9', 'body-too-large'],
    ['ten', 'ignored'],
    ['10, 10', 'ignored'],
  ])('announced as %s is %s', async (length, expected) => {
    const { handle } = setUp();
    const request = post(url, { headers: { 'x-signature': signature(body), 'content-length': length } });
    expect((await answerOf(handle(request)))[0]).toBe(expected);
  });

  test('in pieces, some of them empty, is put together', async () => {
    const { handle, clock } = setUp();
    const pieces = ['{"id"', '', ':', '"a"}', ''].map((text) => new TextEncoder().encode(text));
    const stream = new ReadableStream<Uint8Array>({
      pull(controller) {
        const piece = pieces.shift();
        if (piece === undefined) controller.close();
        else controller.enqueue(piece);
      },
    });
    expect(await answerOf(handle(streamed(stream)))).toEqual(['ignored', 200]);
    expect(clock.timers).toBe(0);
  });

  test('without end is refused at the limit, and its source told to stop', async () => {
    const { handle, clock } = setUp();
    let sent = 0;
    let isCancelled = false;
    const stream = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          sent += 1;
          controller.enqueue(new Uint8Array(30));
        },
        cancel: () => {
          isCancelled = true;
        },
      },
      { highWaterMark: 0 },
    );
    const response = await handle(streamed(stream));
    expect([response.status, response.headers.get('connection')]).toEqual([413, 'close']);
    expect(sent).toBe(4);
    expect(isCancelled).toBe(true);
    expect(clock.timers).toBe(0);
  });

  test('whose sender goes away is incomplete', async () => {
    const { handle, clock } = setUp();
    const stream = new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.error(new Error('ECONNRESET'));
      },
    });
    expect(await answerOf(handle(streamed(stream)))).toEqual(['body-incomplete', 400]);
    expect(clock.timers).toBe(0);
  });

  test('of which nothing comes for ten seconds is incomplete, and not a millisecond earlier', async () => {
    const { handle, clock } = setUp();
    const more = gate();
    let pieces = 0;
    const stream = new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          pieces += 1;
          if (pieces === 2) await more.passed;
          if (pieces === 3) return new Promise(() => undefined);
          controller.enqueue(new Uint8Array(1));
          return undefined;
        },
        // A source that never answers its cancellation either.
        cancel: () => new Promise(() => undefined),
      },
      { highWaterMark: 0 },
    );
    let isAnswered = false;
    const response = handle(streamed(stream)).finally(() => {
      isAnswered = true;
    });
    await settled();
    clock.pass(9_999);
    more.open();
    await settled();
    clock.pass(9_999);
    await settled();
    expect(isAnswered).toBe(false);
    clock.pass(1);
    expect(await answerOf(response)).toEqual(['body-incomplete', 400]);
    expect(clock.timers).toBe(0);
  });
});

describe('a header that matters and comes twice, joined by fetch', () => {
  test.each([
    ['x-signature', signature(body)],
    ['x-delivery-id', '1'],
  ])('%s is invalid', async (name, value) => {
    const { handle } = setUp();
    const headers = new Headers({ 'x-signature': signature(body), 'x-delivery-id': '1' });
    expect(await answerOf(handle(post(url, { headers })))).toEqual(['ignored', 200]);
    headers.append(name, value);
    expect(await answerOf(handle(post(url, { headers })))).toEqual(['credential-invalid', 401]);
  });
});

describe('the address', () => {
  const fenced = (trustProxy?: TrustProxy) =>
    createWebhooks({
      sources: { fenced: defineProvider({ ...thing, guards: [ipAllowlist({ ranges: ['203.0.113.7'] })] }) },
      logger: false,
      ...(trustProxy !== undefined && { trustProxy }),
    });
  const send = (handle: FetchHandler, headers: Record<string, string> = {}) =>
    answerOf(handle(new Request('https://example.test/webhooks/fenced', { method: 'POST', body: '{}', headers })));
  const refused = ['address-not-allowed', 403];

  test('is what the option says, and no header', async () => {
    const from = (address: string | null | undefined) => createFetchHandler(fenced(), { address: () => address });
    expect(await send(from('203.0.113.7'))).toEqual(['ignored', 200]);
    expect(await send(from('::ffff:203.0.113.7'))).toEqual(['ignored', 200]);
    expect(await send(from('203.0.113.8'), { 'x-forwarded-for': '203.0.113.7' })).toEqual(refused);
    for (const unknown of [undefined, null, '', '203.0.113.7:80', '203.0.113.7, 203.0.113.7']) {
      expect(await send(from(unknown), { 'x-forwarded-for': '203.0.113.7' })).toEqual(refused);
    }
  });

  test('may be asked of the request, and an option that throws has its answer', async () => {
    const handle = createFetchHandler(fenced(), {
      address: (request) => {
        const address = request.headers.get('cf-connecting-ip');
        if (address === 'broken') throw new Error('secret-detail');
        return address;
      },
    });
    expect(await send(handle, { 'cf-connecting-ip': '203.0.113.7' })).toEqual(['ignored', 200]);
    expect(await send(handle, { 'cf-connecting-ip': '203.0.113.8' })).toEqual(refused);
    expect(await send(handle, { 'cf-connecting-ip': 'broken' })).toEqual(['internal-error', 500]);
  });

  test('goes through believed proxies from there', async () => {
    const handle = createFetchHandler(fenced(1), { address: () => '10.0.0.1' });
    expect(await send(handle, { 'x-forwarded-for': '203.0.113.7' })).toEqual(['ignored', 200]);
    expect(await send(handle, { 'x-forwarded-for': '203.0.113.7, 198.51.100.1' })).toEqual(refused);
  });

  test('must be known by something, or nothing starts', () => {
    for (const webhooks of [fenced(), fenced(false), fenced(0)]) {
      for (const start of [() => createFetchHandler(webhooks), () => requireTrustProxy(webhooks, 'webhookRoute')]) {
        expect(start).toThrow(
          expect.objectContaining({ code: 'address-unavailable', message: expect.stringContaining('fenced') }),
        );
      }
      expect(() => createFetchHandler(webhooks, { address: () => '1.2.3.4' })).not.toThrow();
    }
    expect(() => createFetchHandler(fenced(1))).not.toThrow();
    expect(() => createFetchHandler(setUp().webhooks)).not.toThrow();
  });
});

test('waitUntil is called on the context it came with, as Workers demand', async () => {
  class Context {
    readonly #kept: Promise<unknown>[] = [];
    waitUntil(work: Promise<unknown>): void {
      this.#kept.push(work);
    }
    get kept(): readonly Promise<unknown>[] {
      return this.#kept;
    }
  }
  const { passed, open } = gate();
  const { webhooks, clock, handle } = setUp();
  webhooks.on('platform.changed', () => passed);
  const context = new Context();
  const response = handle(post(), context);
  await settled();
  clock.pass(25_000);
  expect(await answerOf(response)).toEqual(['handling', 202]);
  expect(context.kept).toHaveLength(1);
  open();
  await context.kept[0];
});

test('a request is translated, and nothing of its body is read', async () => {
  const request = post(`${url}?a=1`, { headers: { 'X-Own': 'y' } });
  const incoming = incomingFromRequest(request, '/platform', 'a=1');
  expect(incoming).toMatchObject({ method: 'POST', path: '/platform', query: 'a=1', hasSocket: false });
  expect([incoming.socketAddress, incoming.headers.get('x-OWN'), request.bodyUsed]).toEqual([undefined, 'y', false]);
  expect('waitUntil' in incoming).toBe(false);
});

test.each([[], [undefined], [{ path: '/hooks' }], [{ receive: true }], ['webhooks']])(
  'refuses what is no receiver: %p',
  (...given) => {
    expect(() => Reflect.apply(createFetchHandler, undefined, given)).toThrow(
      expect.objectContaining({
        code: 'option-invalid',
        message: expect.stringContaining('Write createFetchHandler(webhooks, {'),
      }),
    );
  },
);
