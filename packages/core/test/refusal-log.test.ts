import { createWebhooks, systemClock } from '@mediahooks/core';
import { incoming, platform, startsAt } from './platform.ts';
import { standingClock } from './standing-clock.ts';

const setUp = () => {
  const lines: { readonly fields: object; readonly message: string }[] = [];
  const observed: string[] = [];
  const clock = standingClock(startsAt);
  const write = (fields: object, message: string): void => void lines.push({ fields, message });
  const webhooks = createWebhooks({
    sources: { platform: platform(), other: platform() },
    clock,
    logger: { debug: write, info: write, warn: write, error: write },
    observe: { rejected: (_delivery, { code }) => void observed.push(code) },
  });
  const refuse = async (count: number, path = '/platform') => {
    for (let round = 0; round < count; round += 1) await webhooks.receive(incoming({ headers: [] }, { path }));
  };
  return { webhooks, clock, lines, observed, refuse };
};

test('of a flood ten lines a minute are logged, then one that counts the rest; observers get them all', async () => {
  const { clock, lines, observed, refuse } = setUp();
  await refuse(500);
  expect(lines).toHaveLength(10);
  expect(observed).toHaveLength(500);
  clock.pass(59_999);
  expect(lines).toHaveLength(10);
  clock.pass(1);
  expect(lines.slice(10)).toEqual([
    {
      fields: { source: 'platform', code: 'credential-missing', cause: undefined, count: 490 },
      message: '490 more deliveries rejected like this',
    },
  ]);
  await refuse(11);
  expect(lines).toHaveLength(21);
});

test('a flood at one source hides nothing of another, nor another kind of refusal', async () => {
  const { webhooks, lines, refuse } = setUp();
  await refuse(50);
  await refuse(3, '/other');
  await webhooks.receive(incoming({}, { method: 'GET' }));
  await webhooks.receive(incoming({ headers: ['X-Signature', 'nonsense'] }));
  expect(lines).toHaveLength(10 + 3 + 1 + 1);
});

test('less than that is logged line by line, with no timer and no counting', async () => {
  const { clock, lines, refuse } = setUp();
  await refuse(10);
  expect(clock.timers).toBe(0);
  clock.pass(120_000);
  expect(lines.map(({ message }) => message)).toEqual(Array.from({ length: 10 }, () => 'delivery rejected'));
});

test('what was held back is told of when the receiver stops, and leaves no timer', async () => {
  const { webhooks, clock, lines, refuse } = setUp();
  await refuse(12);
  await webhooks.stop();
  expect(lines.at(-1)?.message).toBe('2 more deliveries rejected like this');
  expect(clock.timers).toBe(0);
});

test('where no timer fires between requests, the next refusal tells of those before', async () => {
  const { webhooks, clock, lines, refuse } = setUp();
  await refuse(15);
  // A clock that has gone on without its timers, as on a platform that freezes a process between requests.
  const frozen = clock.now() + 60_000;
  Object.assign(clock, { now: () => frozen });
  await refuse(1);
  expect(lines.slice(10).map(({ message }) => message)).toEqual([
    '5 more deliveries rejected like this',
    'delivery rejected',
  ]);
  await webhooks.stop();
});

test('the timer of the real clock lets a process end', () => {
  const before = process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
  const cancel = systemClock.after(60_000, () => undefined, { keepsAlive: false });
  const during = process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
  const cancelKept = systemClock.after(60_000, () => undefined);
  const kept = process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
  cancel();
  cancelKept();
  expect([during - before, kept - before]).toEqual([0, 1]);
});
