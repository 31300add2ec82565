import { createSparingly } from '../src/sparingly.ts';

/** A clock that stands still but for what a question takes. */
const scene = (takesMs: number) => {
  let now = 1_000_000;
  let asked = 0;
  const ask = createSparingly<string, number>({ now: () => now, after: () => () => undefined }, async (question) => {
    asked += 1;
    now += takesMs;
    if (question === 'fails') throw new Error('The inbox is away.');
    return asked;
  });
  const pass = (ms: number): void => {
    now += ms;
  };
  return { ask, pass, asked: () => asked };
};

test('a question that takes 100 ms is asked again after 20 s at the earliest', async () => {
  const { ask, asked, pass } = scene(100);
  expect(await ask('stats')).toBe(1);
  pass(19_999);
  expect(await ask('stats')).toBe(1);
  pass(1);
  expect(await ask('stats')).toBe(2);
  expect(asked()).toBe(2);
});

test('one that takes nothing is asked again after half a second, and one that takes an age after a minute', async () => {
  const quick = scene(0);
  await quick.ask('stats');
  quick.pass(499);
  await quick.ask('stats');
  expect(quick.asked()).toBe(1);
  quick.pass(1);
  await quick.ask('stats');
  expect(quick.asked()).toBe(2);

  const slow = scene(60_000);
  await slow.ask('stats');
  slow.pass(59_999);
  await slow.ask('stats');
  expect(slow.asked()).toBe(1);
  slow.pass(1);
  await slow.ask('stats');
  expect(slow.asked()).toBe(2);
});

test('whoever asks while it is being found shares the answer', async () => {
  const { ask, asked } = scene(100);
  expect(await Promise.all([ask('stats'), ask('stats'), ask('stats')])).toEqual([1, 1, 1]);
  expect(asked()).toBe(1);
});

test('another question has another answer', async () => {
  const { ask } = scene(100);
  expect([await ask('day'), await ask('week'), await ask('day')]).toEqual([1, 2, 1]);
});

test('what failed is asked again at once', async () => {
  const { ask, asked } = scene(100);
  await expect(ask('fails')).rejects.toThrow('The inbox is away.');
  await expect(ask('fails')).rejects.toThrow('The inbox is away.');
  expect(asked()).toBe(2);
});
