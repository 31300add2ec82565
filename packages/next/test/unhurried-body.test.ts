import { manualClock } from '@mediahooks/testing';
import { unhurriedBody } from '../src/unhurried-body.ts';

interface Source {
  readonly stream: ReadableStream<Uint8Array>;
  send(bytes: number): void;
  end(): void;
  fail(): void;
  /** How often the connection was given up. */
  cancelled(): number;
  /** Whether all that was sent has been taken. */
  isEmpty(): boolean;
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
    isEmpty: () => sender?.desiredSize === 1,
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
  /** Whether the answer may end by now. */
  const watch = (rest: Promise<void>): (() => Promise<boolean>) => {
    let resolved = false;
    void rest.then(() => {
      resolved = true;
    });
    return async () => {
      await new Promise((resolve) => setImmediate(resolve));
      return resolved;
    };
  };

  test('is waited for until it ends', async () => {
    const { stream, send, end } = source();
    const body = unhurriedBody(stream, manualClock());
    send(3);
    await body.stream.cancel();
    const over = watch(body.rest());
    send(1_000_000);
    expect(await over()).toBe(false);
    end();
    expect(await over()).toBe(true);
  });

  test('is waited for half a second at a time', async () => {
    const { stream, send } = source();
    const clock = manualClock();
    const over = watch(unhurriedBody(stream, clock).rest());
    clock.advance(499);
    expect(await over()).toBe(false);
    send(1);
    expect(await over()).toBe(false);
    clock.advance(499);
    expect(await over()).toBe(false);
    clock.advance(1);
    expect(await over()).toBe(true);
  });

  test('is waited for five seconds in all', async () => {
    const { stream, send } = source();
    const clock = manualClock();
    const over = watch(unhurriedBody(stream, clock).rest());
    for (let passed = 0; passed < 5_000; passed += 250) {
      expect(await over()).toBe(false);
      clock.advance(250);
      send(1);
    }
    expect(await over()).toBe(true);
  });

  test('is waited for up to 16 MiB', async () => {
    const { stream, send } = source();
    const over = watch(unhurriedBody(stream, manualClock()).rest());
    for (let sent = 0; sent < 16; sent += 1) send(1024 * 1024);
    expect(await over()).toBe(false);
    send(1);
    expect(await over()).toBe(true);
  });

  test('is thrown away also after that, until the connection closes', async () => {
    const { stream, send, cancelled, isEmpty } = source();
    const clock = manualClock();
    const over = watch(unhurriedBody(stream, clock).rest());
    clock.advance(500);
    expect(await over()).toBe(true);
    send(1);
    send(1);
    expect(await over()).toBe(true);
    expect([isEmpty(), cancelled()]).toEqual([true, 0]);
  });

  test('may fail', async () => {
    const { stream, fail } = source();
    fail();
    await expect(unhurriedBody(stream, manualClock()).rest()).resolves.toBeUndefined();
  });
});
