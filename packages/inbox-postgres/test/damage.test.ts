import { jest } from '@jest/globals';
import type { Inbox } from '@mediahooks/core';
import { postgresInbox } from '@mediahooks/inbox-postgres';
import { findPostgres } from '../../../tests/services/postgres.ts';
import { acceptance, handling, rejected, statusOf, until } from './fixtures.ts';
import { dropSchema, makeTables, newSchema, sql } from './schemas.ts';

jest.setTimeout(60_000);

const service = await findPostgres();
const url = service?.url ?? '';
afterAll(async () => service?.stop());

let schema: string;
let inbox: Inbox;

const names = { id: 'broken.0', source: 'ignite', type: 'video.updated', subject: 'ignite video:1', status: 'pending' };

(service === undefined ? describe.skip : describe)('What was damaged', () => {
  beforeEach(async () => {
    schema = newSchema();
    inbox = postgresInbox({ connectionString: url, schema, onWarning: () => undefined });
    await makeTables(inbox);
    await inbox.accept(acceptance({ id: 'broken', subject: 'ignite video:1' }));
    await inbox.accept(acceptance({ id: 'whole', subject: 'ignite video:1' }));
  });
  afterEach(async () => {
    await inbox.stop({ timeoutMs: 1 });
    await dropSchema(url, schema);
  });

  const damage = (table: string, change: string) => sql(url, `UPDATE ${schema}.${table} SET ${change} WHERE seq = 1`);

  test.each([
    ['payload', 'payload = \'{"password": hunter2}\'', { ...names, payload: undefined }],
    ['version', "version = 'hunter2'", { ...names, payload: { id: 'broken' }, version: undefined }],
    ['previous', "previous = 'hunter2'", { ...names, payload: { id: 'broken' }, previous: undefined }],
    ['status', "status = 'hunter2'", { ...names, payload: { id: 'broken' }, status: 'dead' }],
  ])('in the %s of an event is left out where it is shown, and hides no other', async (field, change, expected) => {
    await damage('events', change);
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

  test('in a delivery is left out where it is shown; it counts in no number, and is made events of', async () => {
    await inbox.keep(acceptance({ id: 'kept' }).delivery, 'quarantined', { code: 'invalid-payload', hint: 'a' });
    await sql(
      url,
      `UPDATE ${schema}.deliveries SET outcome = 'hunter2', rejection = '{"code": hunter2', received_at = 9007199254740990 WHERE id = 'kept'`,
    );
    const [kept] = (await inbox.list({}, { limit: 1 })).deliveries;
    expect(kept).toMatchObject({ id: 'kept', source: 'ignite', outcome: 'quarantined', rejection: undefined });
    expect(kept?.unreadable).toBe('It cannot be read: What is stored as outcome is none that is known.');
    expect(kept?.receivedAt).toBe(8_640_000_000_000_000);
    expect(JSON.stringify(kept)).not.toContain('hunter2');
    expect((await inbox.stats()).deliveries).toEqual({ duplicate: 0, quarantined: 0, rejected: 0, stored: 2 });
    await inbox.prune({ before: Number.MAX_SAFE_INTEGER });
    expect((await inbox.release(acceptance({ id: 'kept' }))).kind).toBe('stored');
  });

  test('in the status of an event is mended by a replay, and never pruned unasked', async () => {
    await damage('events', "status = 'lost', job_id = NULL");
    await inbox.prune({ before: Number.MAX_SAFE_INTEGER });
    expect(await inbox.requeue('broken')).toBe(1);
    expect((await inbox.get('broken'))?.events).toEqual([expect.not.objectContaining({ status: 'dead' })]);
  });

  test.each(['state', 'version'])(
    'in the %s of a subject is as if nothing were known of it, and stops nothing',
    async (column) => {
      const accept = async (id: string): Promise<unknown> => {
        let found: unknown = 'not asked for';
        const one = acceptance({ id, subject: 'ignite video:1' });
        const record = { state: { is: 'live' }, version: 7 };
        await inbox.accept({
          ...one,
          plan(known) {
            found = known.get('ignite video:1')?.version;
            return { ...one.plan(known), subjects: new Map([['ignite video:1', record]]) };
          },
        });
        return found;
      };
      await accept('first');
      await sql(url, `UPDATE ${schema}.subjects SET ${column} = 'hunter2'`);
      const { worker } = handling();
      await inbox.start(worker);
      await until(async () => (await statusOf(inbox, 'first')) === 'handled');
      expect(await accept('second')).toBeUndefined();
      expect(await accept('third')).toBe(7);
      await until(async () => (await statusOf(inbox, 'third')) === 'handled');
    },
    20_000,
  );

  test('cannot be loaded, which is told by a code and without what it is', async () => {
    await damage('deliveries', "headers = 'authorization hunter2'");
    const { code, message } = await rejected(inbox.load('broken'));
    expect([code, message]).toEqual(['delivery-unreadable', expect.stringMatching(/broken .*headers/)]);
    expect(message).not.toContain('hunter2');
  });
});
