import { createWebhooks, defineProvider, type SourceOptions } from '@mediahooks/core';
import { z } from 'zod';
import { gate, incoming, startsAt } from '../platform.ts';
import { settled, standingClock } from '../standing-clock.ts';

const item = z.object({
  id: z.string().optional(),
  type: z.string().default('changed'),
  version: z.union([z.number(), z.string(), z.nan()]).optional(),
});

/** A receiver of lists of events, and what its handlers saw. */
const receiver = (handle: (id: string, type: string) => unknown = () => undefined, options: SourceOptions = {}) => {
  const clock = standingClock(startsAt);
  const log: string[] = [];
  const webhooks = createWebhooks({
    sources: {
      platform: defineProvider({
        name: 'platform',
        guards: [],
        schema: z.array(item),
        types: ['changed', 'made', 'deleted'],
        events: (items) =>
          items.map(({ id, type, version }) => ({
            type,
            payload: items,
            ...(id !== undefined && { subject: id }),
            // JSON has no NaN; a provider that computes a version may.
            ...(version !== undefined && { version: version === 'NaN' ? Number.NaN : version }),
          })),
        options: { unsafeWithoutVerification: true, ...options },
      }),
    },
    logger: false,
    clock,
  });
  webhooks.on('*', async (event) => {
    const label = `${event.subject ?? '-'} ${event.type}${event.version === undefined ? '' : ` ${event.version}`}`;
    log.push(`${label} starts`);
    await handle(event.subject ?? '-', event.type);
    log.push(`${label} ends`);
  });
  const receive = (...items: z.input<typeof item>[]) =>
    webhooks.receive(incoming({ body: JSON.stringify(items), headers: [] }));
  return { receive, log, clock };
};

describe('staleness', () => {
  const kinds = async (versions: readonly (number | string)[], options: SourceOptions = {}) => {
    const { receive } = receiver(undefined, options);
    const outcomes: string[] = [];
    for (const version of versions) outcomes.push((await receive({ id: 'a', version })).kind);
    return outcomes;
  };

  test.each([
    ['newer and newer', [1, 2, 3], ['handled', 'handled', 'handled']],
    ['older than the newest', [2, 1], ['handled', 'stale']],
    ['equal to the newest', [2, 2], ['handled', 'handled']],
    ['older than the newest, not than the last', [1, 3, 2, 3], ['handled', 'handled', 'stale', 'handled']],
    ['text in its order', ['2024-01-02', '2024-01-01', '2024-01-03'], ['handled', 'stale', 'handled']],
    ['of another kind', [5, '1', 4], ['handled', 'handled', 'handled']],
    ['no number, and older after it', [5, 'NaN', 4], ['handled', 'handled', 'stale']],
  ])('versions %s', async (_how, versions, expected) => {
    expect(await kinds(versions)).toEqual(expected);
  });

  test("stale: 'deliver' hands older ones over, 'skip' is the default", async () => {
    expect(await kinds([2, 1], { stale: 'deliver' })).toEqual(['handled', 'handled']);
    expect(await kinds([2, 1], { stale: 'skip' })).toEqual(['handled', 'stale']);
  });

  test('is of one subject: others, and events without one, have their own order', async () => {
    const { receive } = receiver();
    await receive({ id: 'a', version: 2 });
    expect((await receive({ id: 'b', version: 1 })).kind).toBe('handled');
    expect((await receive({ version: 1 })).kind).toBe('handled');
    expect((await receive({ id: 'a' })).kind).toBe('handled');
  });

  test('a version whose handler failed makes no older one stale', async () => {
    let fails = true;
    const { receive } = receiver(() => {
      if (fails) throw new Error();
    });
    expect((await receive({ id: 'a', version: 2 })).kind).toBe('failed');
    fails = false;
    expect((await receive({ id: 'a', version: 1 })).kind).toBe('handled');
    expect((await receive({ id: 'a', version: 2 })).kind).toBe('handled');
    expect((await receive({ id: 'a', version: 1 })).kind).toBe('stale');
  });

  test('is judged when the turn comes: an older one that waits for a newer one is stale', async () => {
    const { passed, open } = gate();
    const { receive, log } = receiver(() => passed);
    const newer = receive({ id: 'a', version: 2 });
    const older = receive({ id: 'a', version: 1 });
    await settled();
    open();
    expect([(await newer).kind, (await older).kind]).toEqual(['handled', 'stale']);
    expect(log).toEqual(['a changed 2 starts', 'a changed 2 ends']);
  });

  test('a delivery of stale and fresh events is handled, and only the fresh reach handlers', async () => {
    const { receive, log } = receiver();
    await receive({ id: 'a', version: 2 });
    log.length = 0;
    expect((await receive({ id: 'a', version: 1 }, { id: 'b', version: 1 })).kind).toBe('handled');
    expect(log).toEqual(['b changed 1 starts', 'b changed 1 ends']);
  });
});

describe('several events in a delivery', () => {
  test('are all tried in order where one fails, and the delivery has failed', async () => {
    const { receive, log } = receiver((id) => {
      if (id === 'b') throw new Error();
    });
    const outcome = await receive({ id: 'a' }, { id: 'b' }, { id: 'c' });
    expect(outcome.kind).toBe('failed');
    expect(log).toEqual([
      'a changed starts',
      'a changed ends',
      'b changed starts',
      'c changed starts',
      'c changed ends',
    ]);
    expect(new Set(outcome.events.map(({ id }) => id)).size).toBe(3);
    expect(outcome.events.map(({ id }) => id)).toEqual([0, 1, 2].map((index) => `${outcome.deliveryId}.${index}`));
  });

  test('of one subject do not wait for themselves', async () => {
    const { receive, log } = receiver(() => settled());
    expect((await receive({ id: 'a', type: 'made' }, { id: 'a', type: 'changed' })).kind).toBe('handled');
    expect(log).toEqual(['a made starts', 'a made ends', 'a changed starts', 'a changed ends']);
  });
});

describe('the order within a subject', () => {
  test('is that of arrival, other subjects going on beside it', async () => {
    const first = gate();
    const { receive, log } = receiver((id, type) => (id === 'a' && type === 'made' ? first.passed : undefined));
    const all = [receive({ id: 'a', type: 'made' }), receive({ id: 'a' }), receive({ id: 'b' }), receive({})];
    await settled();
    expect(log).toEqual(['a made starts', 'b changed starts', '- changed starts', 'b changed ends', '- changed ends']);
    first.open();
    await Promise.all(all);
    expect(log.slice(5)).toEqual(['a made ends', 'a changed starts', 'a changed ends']);
  });

  test('holds for fifty at once, failures among them', async () => {
    const { receive, log } = receiver(async (_id, type) => {
      await settled();
      if (type === 'deleted') throw new Error();
    });
    const sent = Array.from({ length: 50 }, (_, version) =>
      receive({ id: 'a', version, type: version % 3 ? 'changed' : 'deleted' }),
    );
    const outcomes = await Promise.all(sent);
    expect(outcomes.filter(({ kind }) => kind === 'failed')).toHaveLength(17);
    const starts = log.filter((line) => line.endsWith('starts')).map((line) => Number(line.split(' ')[2]));
    expect(starts).toEqual(Array.from({ length: 50 }, (_, version) => version));
  });

  test('is kept by the later events of a delivery: what arrives meanwhile does not overtake them', async () => {
    const slow = gate();
    const { receive, log } = receiver((id) => (id === 'a' ? slow.passed : undefined));
    const both = receive({ id: 'a', type: 'made' }, { id: 'b', type: 'made' });
    await settled();
    const later = receive({ id: 'b', type: 'deleted' });
    await settled();
    expect(log).toEqual(['a made starts']);
    slow.open();
    await Promise.all([both, later]);
    expect(log).toEqual([
      'a made starts',
      'a made ends',
      'b made starts',
      'b made ends',
      'b deleted starts',
      'b deleted ends',
    ]);
  });

  test('holds no two deliveries for each other that name the same subjects in another order', async () => {
    const { receive } = receiver(() => settled());
    const outcomes = await Promise.all([receive({ id: 'a' }, { id: 'b' }), receive({ id: 'b' }, { id: 'a' })]);
    expect(outcomes.map(({ kind }) => kind)).toEqual(['handled', 'handled']);
  });

  test('lets the next one go when a handler has not ended at its deadline', async () => {
    const { passed, open } = gate();
    const { receive, log, clock } = receiver((_id, type) => (type === 'made' ? passed : undefined));
    const stuck = receive({ id: 'a', type: 'made' });
    await settled();
    clock.pass(10_000);
    const next = receive({ id: 'a' });
    await settled();
    expect(log).toEqual(['a made starts']);
    clock.pass(15_000);
    expect((await stuck).kind).toBe('handling');
    expect((await next).kind).toBe('handled');
    expect(log).toEqual(['a made starts', 'a changed starts', 'a changed ends']);
    expect(clock.timers).toBe(0);
    open();
  });
});

describe('a state instead of events', () => {
  const stateful = () => {
    let fails = false;
    const webhooks = createWebhooks({
      sources: {
        platform: defineProvider<{ readonly went: unknown }, { id: string; live: boolean }, never, boolean>({
          name: 'platform',
          guards: [],
          schema: z.object({ id: z.string(), live: z.boolean() }),
          types: ['went'],
          events: ({ id, live }) => [
            {
              subject: id,
              state: live,
              events: (previous) =>
                previous === live
                  ? []
                  : [
                      {
                        type: 'went',
                        payload: live,
                        ...(typeof previous === 'boolean' && { previous }),
                      },
                    ],
            },
          ],
          options: { unsafeWithoutVerification: true },
        }),
      },
      logger: false,
      memoryEntries: 2,
    });
    const seen: unknown[] = [];
    webhooks.on('platform.went', (event) => {
      seen.push([event.payload, event.previous, 'previous' in event]);
      if (fails) throw new Error();
    });
    return {
      seen,
      fail: (value: boolean) => {
        fails = value;
      },
      receive: async (id: string, live: boolean) =>
        (await webhooks.receive(incoming({ body: JSON.stringify({ id, live }), headers: [] }))).kind,
    };
  };

  test('becomes the difference to the last one known', async () => {
    const { receive, seen } = stateful();
    expect(await receive('a', true)).toBe('handled');
    expect(await receive('a', true)).toBe('ignored');
    expect(await receive('a', false)).toBe('handled');
    expect(await receive('b', false)).toBe('handled');
    expect(seen).toEqual([
      [true, undefined, false],
      [false, true, true],
      [false, undefined, false],
    ]);
  });

  test('is the same difference again after a handler failed', async () => {
    const { receive, seen, fail } = stateful();
    fail(true);
    expect(await receive('a', true)).toBe('failed');
    expect(await receive('a', true)).toBe('failed');
    fail(false);
    expect(await receive('a', true)).toBe('handled');
    fail(true);
    expect(await receive('a', false)).toBe('failed');
    fail(false);
    expect(await receive('a', false)).toBe('handled');
    expect(seen.at(-1)).toEqual([false, true, true]);
  });

  test('is remembered for as many subjects as configured', async () => {
    const { receive } = stateful();
    for (const id of ['a', 'b', 'c']) await receive(id, true);
    expect(await receive('c', true)).toBe('ignored');
    expect(await receive('a', true)).toBe('handled');
  });
});
