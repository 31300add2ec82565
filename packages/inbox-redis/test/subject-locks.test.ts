import { createSubjectLocks } from '../src/subject-locks.ts';
import { rejected } from './fixtures.ts';

/** A piece of work that ends when it is told to. */
const work = () => {
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  let begun = false;
  const run = async (): Promise<void> => {
    begun = true;
    await ended;
  };
  return { run, end, begun: () => begun };
};
const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
};

test('works on a subject one after another, and on others beside it', async () => {
  const alone = createSubjectLocks(10, 1000);
  const [first, second, third] = [work(), work(), work()];
  const all = [alone(['a'], 1, first.run), alone(['a', 'b'], 1, second.run), alone(['c'], 1, third.run)];
  await turns();
  expect([first.begun(), second.begun(), third.begun()]).toEqual([true, false, true]);
  first.end();
  await turns();
  expect(second.begun()).toBe(true);
  second.end();
  third.end();
  await Promise.all(all);
});

test('lets neither of two wait for the other that name the same subjects in another order', async () => {
  const alone = createSubjectLocks(10, 1000);
  const done = await Promise.all([alone(['a', 'b'], 1, async () => 1), alone(['b', 'a'], 1, async () => 2)]);
  expect(done).toEqual([1, 2]);
});

test('goes on after work that has failed', async () => {
  const alone = createSubjectLocks(10, 1000);
  const failing = rejected(alone(['a'], 1, () => Promise.reject(new Error('no'))));
  expect(await alone(['a'], 1, async () => 'yes')).toBe('yes');
  expect((await failing).message).toBe('no');
});

test.each([
  ['one too many', 1, 1000],
  ['one byte too many', 10, 149],
])('refuses %s that would have to wait', async (_name, maxWaiting, maxWaitingBytes) => {
  const alone = createSubjectLocks(maxWaiting, maxWaitingBytes);
  const first = work();
  const held = alone(['a'], 10, first.run);
  await turns();
  const waiting = alone(['a'], 100, async () => 'waited');
  expect((await rejected(alone(['a'], 50, async () => 'too much'))).code).toBe('inbox-unavailable');
  expect(await alone(['b'], 50, async () => 'beside')).toBe('beside');
  first.end();
  expect(await waiting).toBe('waited');
  await held;
});
