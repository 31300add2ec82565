import { manualClock } from '@mediahooks/testing';
import { unhurriedBody } from '../src/unhurried-body.ts';

interface Source {
  readonly stream: ReadableStream<Uint8Array>;
  send(bytes: number): void;
  end(): void;
  fail(): void;
  /** How often the connection was given up. */
  cancelled(): number;
}

const source = (): Source => {
  let sender: ReadableStreamDefaultController<Uint8Array> | undefined;
  let cancelled = 0;
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      sender = controller;
    },
    cancel() {
      cancelled += 1;
    },
  });
  return {
    stream,
    send: (bytes) => sender?.enqueue(new Uint8Array(bytes)),
    end: () => sender?.close(),
    fail: () => sender?.error(new Error('gone')),
    cancelled: () => cancelled,
  };
};

describe('a body that may be given up', () => {
  test('is read to its end as it came', async () => {
    const { stream, send, end } = source();
    send(3);
    send(4);
    end();
    expect((await new Response(unhurriedBody(stream).stream).bytes()).length).toBe(7);
  });

  test('fails as it failed', async () => {
    const { stream, fail } = source();
    fail();
    await expect(new Response(unhurriedBody(stream).stream).bytes()).rejects.toThrow('gone');
  });

  test('leaves the connection alone when it is given up', async () => {
    const { stream, send, cancelled } = source();
    send(3);
    await unhurriedBody(stream).stream.cancel();
    expect(cancelled()).toBe(0);
  });
});

describe('what still comes of it', () => {
  test('is thrown away until it ends', async () => {
    const { stream, send, end, cancelled } = source();
    const body = unhurriedBody(stream, manualClock());
    send(3);
    await body.stream.cancel();
    send(1_000_000);
    end();
    await body.rest();
    expect(cancelled()).toBe(0);
  });

  test('is waited for half a second, then the connection is given up', async () => {
    const { stream, cancelled } = source();
    const clock = manualClock();
    const rest = unhurriedBody(stream, clock).rest();
    await clock.untilSet(500);
    clock.advance(500);
    await rest;
    expect(cancelled()).toBe(1);
  });

  test('is given up after five seconds, even where it goes on', async () => {
    const { stream, send, cancelled } = source();
    const clock = manualClock();
    const rest = unhurriedBody(stream, clock).rest();
    for (let passed = 0; passed < 5_000; passed += 400) {
      await clock.untilSet(500);
      clock.advance(400);
      send(1);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await rest;
    expect(cancelled()).toBe(1);
  });

  test('is given up beyond 16 MiB', async () => {
    const { stream, send, cancelled } = source();
    const rest = unhurriedBody(stream, manualClock()).rest();
    for (let sent = 0; sent < 17; sent += 1) send(1024 * 1024);
    await rest;
    expect(cancelled()).toBe(1);
  });

  test('may fail', async () => {
    const { stream, fail } = source();
    fail();
    await expect(unhurriedBody(stream, manualClock()).rest()).resolves.toBeUndefined();
  });
});
