import { unlessCostly } from '@mediahooks/core/inbox';
import { startsAt } from '../platform.ts';
import { standingClock } from '../standing-clock.ts';

const counting = (tookMs: number, isLarge: boolean) => {
  const clock = standingClock(startsAt);
  let count = 0;
  const ask = unlessCostly(
    async () => {
      clock.pass(tookMs);
      count += 1;
      return count;
    },
    clock,
    () => isLarge,
  );
  return { ask, clock };
};

test('what took long and is large is not done again for 20 times as long', async () => {
  const { ask, clock } = counting(51, true);
  expect([await ask(), await ask()]).toEqual([1, 1]);
  clock.pass(51 * 20 - 1);
  expect(await ask()).toBe(1);
  clock.pass(1);
  expect(await ask()).toBe(2);
});

test.each([
  [50, true],
  [51, false],
])('what took %i ms is done each time, large or not: %s', async (tookMs, isLarge) => {
  const { ask } = counting(tookMs, isLarge);
  expect([await ask(), await ask()]).toEqual([1, 2]);
});
