import { liveStream } from '../src/live.ts';

/** A clock whose timers run when they are told to. */
const manualClock = () => {
  let now = 0;
  let timer: (() => void) | undefined;
  return {
    clock: {
      now: () => now,
      after: (_ms: number, callback: () => void) => {
        timer = callback;
        return () => {
          timer = undefined;
        };
      },
    },
    isWaiting: () => timer !== undefined,
    pass(ms: number) {
      now += ms;
      const due = timer;
      timer = undefined;
      due?.();
    },
  };
};

const scene = (states: readonly (Error | string)[]) => {
  const time = manualClock();
  let looks = 0;
  const stream = liveStream({
    clock: time.clock,
    everyMs: 2000,
    async state() {
      const state = states[Math.min(looks, states.length - 1)];
      looks += 1;
      if (typeof state !== 'string') throw state;
      return state;
    },
  });
  const reader = stream.getReader();
  const read = async (): Promise<string | undefined> => {
    const { value } = await reader.read();
    return value === undefined ? undefined : new TextDecoder().decode(value);
  };
  return { ...time, read, reader, looks: () => looks };
};

test('says the state at once, then only when it is another, and shows in between that it is there', async () => {
  const { pass, read } = scene(['a', 'a', 'b']);
  expect(await read()).toBe('retry: 3000\n\n');
  expect(await read()).toBe('event: state\ndata: a\n\n');
  pass(2000);
  expect(await read()).toBe(':\n\n');
  pass(2000);
  expect(await read()).toBe('event: state\ndata: b\n\n');
});

test('ends where the state cannot be told: the inbox is closed', async () => {
  const { isWaiting, pass, read } = scene(['a', new Error('The inbox is closed.')]);
  await read();
  await read();
  pass(2000);
  expect(await read()).toBeUndefined();
  expect(isWaiting()).toBe(false);
});

test('ends after five minutes, so that the next one is asked for, and allowed or not', async () => {
  const { isWaiting, pass, read } = scene(['a']);
  await read();
  await read();
  pass(5 * 60_000 - 1);
  expect(await read()).toBe(':\n\n');
  expect(isWaiting()).toBe(true);
  pass(1);
  expect(await read()).toBe(':\n\n');
  expect(await read()).toBeUndefined();
  expect(isWaiting()).toBe(false);
});

test('looks no more once nobody listens', async () => {
  const { isWaiting, looks, read, reader } = scene(['a']);
  await read();
  await read();
  expect(isWaiting()).toBe(true);
  await reader.cancel();
  expect(isWaiting()).toBe(false);
  expect(looks()).toBe(1);
});
