import { handled, kept, turns, workerOf } from './kept.ts';
import { oneFile, statusOf } from './one-file.ts';

const file = oneFile();

test('events that were taken while the clock was ahead are handled when it is put back, not when that time comes', async () => {
  let aheadMs = 365 * 24 * 3_600_000;
  const wrong = { ...file.clock, now: () => file.clock.now() + aheadMs };
  const inbox = file.open({ clock: wrong });
  const other = file.open({ clock: wrong });
  const seen: string[] = [];
  for (const id of ['a', 'b']) await inbox.accept(kept(id, { subject: 'ignite video:1' }));
  aheadMs = 0;
  await inbox.accept(kept('c', { subject: 'ignite video:1' }));
  await inbox.start(
    workerOf(async ({ deliveryId }) => {
      seen.push(deliveryId);
      return handled;
    }),
  );
  await file.pass(3000);
  expect(seen).toEqual(['a', 'b', 'c']);

  aheadMs = 3_600_000;
  await other.accept(kept('d', { subject: 'ignite video:1' }));
  await other.accept(kept('e'));
  aheadMs = 0;
  await file.pass(3000);
  expect(seen).toEqual(['a', 'b', 'c']);
  await other.prune({ before: 0 });
  await file.pass(3000);
  expect(seen.toSorted()).toEqual(['a', 'b', 'c', 'd', 'e']);

  aheadMs = 3_600_000;
  await other.accept(kept('f'));
  await file.pass(500);
  aheadMs = 0;
  await file.pass(3000);
  expect(seen).toContain('f');
});

test('an event that failed while the clock was ahead is tried again soon after it is put back, and its subject goes on', async () => {
  let aheadMs = 365 * 24 * 3_600_000;
  const inbox = file.open({ clock: { ...file.clock, now: () => file.clock.now() + aheadMs } });
  const seen: string[] = [];
  for (const id of ['a', 'b']) await inbox.accept(kept(id, { subject: 'ignite video:1' }));
  await inbox.start({
    ...workerOf(async ({ deliveryId }, _delivery, { attempt }) => {
      seen.push(`${deliveryId} ${attempt}`);
      return deliveryId === 'a' && attempt < 3 ? { kind: 'failed', error: 'e', retryInMs: 10_000 } : handled;
    }),
    retryDelayMs: (attempt) => (attempt < 10 ? 10_000 : undefined),
  });
  await turns();
  aheadMs = 0;
  await file.pass(19_000);
  expect(seen).toEqual(['a 1']);
  await file.pass(3000);
  expect(seen).toEqual(['a 1', 'a 2']);
  // With the clock as it should be, a wait is as long as it was said to be.
  await file.pass(8000);
  expect(seen).toEqual(['a 1', 'a 2']);
  await file.pass(3000);
  expect(seen).toEqual(['a 1', 'a 2', 'a 3', 'b 1']);
});

test('the lease of a process that died while the clock was ahead ends within an hour or two, not when that time comes', async () => {
  const inbox = file.open();
  const ahead = file.clock.now() + 365 * 24 * 3_600_000;
  await inbox.accept(kept('a'));
  file.change(`UPDATE events SET status = 'running', lease = 'dead', attempts = 1, lease_until = ${ahead}`);
  await inbox.start(workerOf(async () => handled));
  await file.pass(3_590_000, 1000);
  // It may be that of a process with longer leases, which will renew it.
  expect(await statusOf(inbox, 'a')).toBe('running');
  await file.pass(20_000);
  expect(await statusOf(inbox, 'a')).toBe('handled');
});

test('a clock that was ahead for a while does not put off looking for processes that died', async () => {
  let aheadMs = 0;
  const inbox = file.open({ clock: { ...file.clock, now: () => file.clock.now() + aheadMs } });
  await inbox.start(workerOf(async () => handled));
  for (const ms of [0, 3_600_000, 0]) {
    aheadMs = ms;
    await file.pass(2000);
  }
  await inbox.accept(kept('a'));
  file.change("UPDATE events SET status = 'running', lease = 'dead', attempts = 1, lease_until = 1");
  await file.pass(16_000);
  expect(await statusOf(inbox, 'a')).toBe('handled');
});

test('a lease that is to be longer than an hour is not made shorter', async () => {
  const leaseMs = 4 * 3_600_000;
  const inbox = file.open({ leaseMs });
  await inbox.accept(kept('a'));
  await inbox.start(workerOf(() => new Promise(() => undefined)));
  await turns();
  await inbox.prune({ before: 0 });
  const other = file.connect();
  expect(other.prepare('SELECT lease_until FROM events').get()).toEqual({ lease_until: file.clock.now() + leaseMs });
  other.close();
});
