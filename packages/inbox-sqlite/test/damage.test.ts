import { DatabaseSync } from 'node:sqlite';
import type { Acceptance, Inbox, SubjectRecord } from '@mediahooks/core';
import { sqliteInbox } from '@mediahooks/inbox-sqlite';
import { standingClock } from '../../core/test/standing-clock.ts';
import { kept, storedDelivery, turns } from './kept.ts';
import { type TemporaryFolder, temporaryFolder } from './temporary-folder.ts';

let folder: TemporaryFolder;
let inbox: Inbox;

beforeEach(async () => {
  folder = temporaryFolder();
  inbox = sqliteInbox({ path: folder.path('inbox.db'), clock: standingClock() });
  await inbox.accept(kept('broken', { subject: 'ignite video:1', version: 1, previous: { id: 'before' } }));
  await inbox.accept(kept('whole', { subject: 'ignite video:1' }));
});

afterEach(async () => {
  await inbox.stop({ timeoutMs: 0 });
  folder.remove();
});

const damage = (change: string): void => {
  const file = new DatabaseSync(folder.path('inbox.db'));
  file.exec(change);
  file.close();
};

const names = { id: 'broken.0', source: 'ignite', type: 'video.updated', subject: 'ignite video:1', status: 'pending' };

test.each([
  ['payload', 'payload = \'{"password": hunter2}\'', { ...names, payload: undefined, version: 1 }],
  ['version', "version = 'hunter2'", { ...names, payload: { id: 'broken' }, version: undefined }],
  ['previous', "previous = 'hunter2'", { ...names, payload: { id: 'broken' }, previous: undefined }],
  ['status', "status = 'hunter2'", { ...names, payload: { id: 'broken' }, status: 'dead' }],
])('an event whose %s cannot be read is shown without it, and hides no other', async (field, change, expected) => {
  damage(`UPDATE events SET ${change} WHERE seq = 1`);
  const unreadable = expect.stringMatching(`^It cannot be read: What is stored as ${field} is `);
  const event = expect.objectContaining({ ...expected, unreadable });
  const shown = expect.objectContaining({ id: 'broken', outcome: 'stored', events: [event] });
  const { deliveries } = await inbox.list({}, { limit: 10 });
  expect(deliveries).toEqual([expect.objectContaining({ id: 'whole' }), shown]);
  expect(await inbox.get('broken')).toEqual(shown);
  const { events } = await inbox.events({ subject: 'ignite video:1' }, { limit: 10 });
  expect(events).toEqual([expect.not.objectContaining({ unreadable }), event]);
  expect(JSON.stringify([deliveries, events])).not.toContain('hunter2');
  expect([await inbox.discard('broken'), await inbox.requeue('broken')]).toEqual([1, 1]);
});

test.each([
  ['rejection', 'rejection = \'{"code": hunter2\'', { rejection: undefined, outcome: 'quarantined' }],
  ['outcome', "outcome = 'hunter2'", { rejection: { code: 'invalid-payload', hint: 'a' }, outcome: 'quarantined' }],
])('a delivery whose %s cannot be read is shown without it, and made events of', async (field, change, expected) => {
  await inbox.keep(storedDelivery('kept'), 'quarantined', { code: 'invalid-payload', hint: 'a' });
  damage(`UPDATE deliveries SET ${change} WHERE id = 'kept'`);
  const unreadable = expect.stringMatching(`^It cannot be read: What is stored as ${field} is `);
  const { deliveries } = await inbox.list({}, { limit: 10 });
  expect(deliveries.map(({ id }) => id)).toEqual(['kept', 'whole', 'broken']);
  expect(deliveries[0]).toMatchObject({ ...expected, source: 'ignite', receivedAt: 1_700_000_000_000, unreadable });
  expect(JSON.stringify(deliveries)).not.toContain('hunter2');
  await inbox.prune({ before: Number.MAX_SAFE_INTEGER });
  expect((await inbox.release(kept('kept'))).kind).toBe('stored');
});

test('an event with a status that nobody knows is put in line again, given up on, and never pruned unasked', async () => {
  damage("UPDATE events SET status = 'lost' WHERE seq = 1");
  await inbox.prune({ before: Number.MAX_SAFE_INTEGER });
  expect(await inbox.requeue('broken')).toBe(1);
  // As the first of its subject: the other waits behind it already.
  expect((await inbox.get('broken'))?.events).toEqual([expect.objectContaining({ status: 'pending' })]);
  expect((await inbox.get('whole'))?.events).toEqual([expect.objectContaining({ status: 'waiting' })]);
  damage("UPDATE events SET status = 'lost' WHERE seq = 1");
  expect(await inbox.discard('broken')).toBe(1);
  expect((await inbox.get('broken'))?.events[0]?.status).toBe('discarded');
});

test('numbers beyond all times and all of JavaScript are shown as far as they go', async () => {
  const beyond = '-1152921504606846977';
  damage(
    `UPDATE events SET run_at = ${beyond} WHERE seq = 1; INSERT INTO attempts VALUES (1, 1, ${beyond}, ${beyond}, 'e')`,
  );
  damage('UPDATE deliveries SET received_at = 9007199254740990 WHERE seq = 2');
  expect((await inbox.list({}, { limit: 10 })).deliveries.map(({ id, receivedAt }) => [id, receivedAt])).toEqual([
    ['whole', 8_640_000_000_000_000],
    ['broken', 1_700_000_000_000],
  ]);
  const first = -8_640_000_000_000_000;
  expect((await inbox.get('broken'))?.events[0]?.runAt).toBe(first);
  expect(await inbox.attempts('broken.0')).toEqual([{ number: 1, startedAt: first, endedAt: first, error: 'e' }]);
});

test('numbers beyond all of JavaScript hide neither counts nor latencies, and refuse no delivery', async () => {
  const beyond = '-1152921504606846977';
  const { receivedAt } = storedDelivery('any');
  damage(`UPDATE events SET received_at = ${beyond}; UPDATE subjects SET heard_at = ${beyond}`);
  damage(`INSERT INTO attempts VALUES (1, 1, ${beyond}, 1, 'e'); UPDATE activity SET total = 9223372036854775807`);
  await inbox.accept(kept('next', { subject: 'ignite video:1' }));
  const stats = await inbox.stats();
  expect(stats.events).toMatchObject({ pending: 1, waiting: 2 });
  expect(stats.backlogAgeMs).toBeGreaterThan(receivedAt);
  const latency = [expect.objectContaining({ source: 'ignite', attempts: 1, failed: 1 })];
  expect([await inbox.latency(), await inbox.latency({ source: 'ignite' })]).toEqual([latency, latency]);
  const minute = 60_000;
  const asked = { from: receivedAt - minute, until: receivedAt + minute, stepMs: minute };
  expect(await inbox.activity(asked)).toEqual([expect.objectContaining({ count: Number.MAX_SAFE_INTEGER })]);
  damage("UPDATE activity SET outcome = 'hunter2'");
  expect(await inbox.activity(asked)).toEqual([]);
});

test.each(['state', 'version'])('a subject whose %s cannot be read is as one that was forgotten', async (column) => {
  const known: (SubjectRecord | undefined)[] = [];
  const acceptance = (id: string): Acceptance => {
    const subject = 'ignite video:2';
    const one = kept(id, { subject });
    return {
      ...one,
      subjects: [subject],
      plan(subjects) {
        known.push(subjects.get(subject));
        return { ...one.plan(subjects), subjects: new Map([[subject, { state: id, version: 1 }]]) };
      },
    };
  };
  await inbox.accept(acceptance('a'));
  damage(`UPDATE subjects SET ${column} = '{"password": hunter2' WHERE id = '2'`);
  for (const id of ['b', 'c']) await inbox.accept(acceptance(id));
  expect(known).toEqual([undefined, undefined, { state: 'b', version: 1 }]);
});

test('what is damaged cannot be loaded, which is told by a code and without what it is', async () => {
  damage("UPDATE deliveries SET headers = 'authorization hunter2' WHERE id = 'broken'");
  const error = await inbox.load('broken').catch((one: unknown) => one);
  expect(error).toMatchObject({ code: 'delivery-unreadable', message: expect.stringMatching(/broken .*headers/) });
  expect(String(error)).not.toContain('hunter2');
  await turns(1);
  expect((await inbox.get('broken'))?.events[0]).not.toHaveProperty('unreadable');
});
