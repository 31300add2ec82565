import assert from 'node:assert/strict';
import type { Acceptance, Inbox, InboxFilter } from '@mediahooks/core';
import { acceptance, collector, delivery, eventually, handled, plannedEvent, statusOf, worker } from './fixtures.ts';
import { same } from './same.ts';
import { withStorage } from './with-storage.ts';

const forged = { code: 'credential-invalid', hint: 'It is not the expected one.' } as const;
const malformed = { code: 'malformed-body', hint: 'The body is not JSON.' } as const;
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** What the console and the command line ask. */
export const askingCases = {
  'keeps refused deliveries, and says how much of their body': withStorage(async (_storage, inbox) => {
    const whole = delivery();
    const cut = { ...delivery(), bodyPart: 'cut' as const };
    const unread = { ...delivery({ source: '' }), bodyPart: 'unread' as const, body: new Uint8Array() };
    for (const one of [whole, cut, unread]) {
      await inbox.keep(one, 'rejected', forged);
      const loaded = await inbox.load(one.id);
      assert.ok(loaded);
      same({ ...loaded, body: [...loaded.body] }, { ...one, body: [...one.body] });
      const { events, outcome, rejection, source } = (await inbox.get(one.id)) ?? {};
      same([events, outcome, rejection, source], [[], 'rejected', forged, one.source]);
    }
    await inbox.keep(delivery(), 'quarantined', malformed);
    assert.equal((await inbox.list({ outcome: 'rejected' }, { limit: 10 })).deliveries.length, 3);
    assert.equal((await inbox.list({ outcome: 'rejected', source: '' }, { limit: 10 })).deliveries.length, 1);
    same((await inbox.stats()).deliveries, { stored: 0, duplicate: 0, quarantined: 1, rejected: 3 });
    assert.equal(await inbox.discard(whole.id), 0);
    assert.equal(await inbox.requeue(whole.id), 0);
  }),

  'makes events of a kept delivery once, however often it is released': withStorage(async (storage, inbox) => {
    const other = await storage.open();
    for (const outcome of ['quarantined', 'rejected'] as const) {
      const kept = delivery();
      await inbox.keep(kept, outcome, forged);
      const results = await Promise.all([releasing(inbox, kept), releasing(other, kept), releasing(inbox, kept)]);
      same(results.map(({ kind }) => kind).sort(), ['duplicate', 'duplicate', 'stored']);
      same(
        results.flatMap((result) => (result.kind === 'duplicate' ? [result.of] : [])),
        [kept.id, kept.id],
      );
      same(await statusOf(inbox, kept.id), ['pending']);
    }
  }),

  'makes a kept delivery a duplicate where it has come again since, and the other way round': withStorage(
    async (_storage, inbox) => {
      const first = delivery();
      await inbox.keep(first, 'rejected', forged);
      const again = acceptance({ keys: ['key 1'] });
      await inbox.accept(again);
      same(await releasing(inbox, first, ['key 1', 'key 2']), { kind: 'duplicate', of: again.delivery.id });
      const { duplicateOf, events, outcome, rejection } = (await inbox.get(first.id)) ?? {};
      same([duplicateOf, events, outcome, rejection], [again.delivery.id, [], 'duplicate', undefined]);

      const second = delivery();
      await inbox.keep(second, 'rejected', forged);
      assert.equal((await releasing(inbox, second, ['key 3'])).kind, 'stored');
      same(await inbox.accept(acceptance({ keys: ['key 3'] })), { kind: 'duplicate', of: second.id });
      // What was no more than asked for is nobody's.
      assert.equal((await inbox.accept(acceptance({ keys: ['key 2'] }))).kind, 'stored');
    },
  ),

  'removes refused deliveries that are old or too many, and nothing else': withStorage(async (_storage, inbox) => {
    const at = 1_700_000_000_000;
    const ids: string[] = [];
    for (let index = 0; index < 6; index += 1) {
      const one = delivery({ receivedAt: at + index });
      ids.push(one.id);
      await inbox.keep(one, 'rejected', forged);
    }
    const stale = acceptance({ receivedAt: at, events: [{ stale: true }] });
    await inbox.accept(stale);
    await inbox.keep(delivery({ receivedAt: at }), 'quarantined', malformed);
    const left = async () =>
      (await inbox.list({ outcome: 'rejected' }, { limit: 10 })).deliveries.map(({ id }) => id).reverse();
    assert.equal(await inbox.prune({ before: 0, refused: { before: at + 2, keep: 10 } }), 2);
    same(await left(), ids.slice(2));
    assert.equal(await inbox.prune({ before: 0, refused: { before: at, keep: 3 } }), 1);
    same(await left(), ids.slice(3));
    assert.equal(await inbox.prune({ before: 0 }), 0);
    const { deliveries } = await inbox.stats();
    same(deliveries, { stored: 1, duplicate: 0, quarantined: 1, rejected: 3 });
    assert.equal(await inbox.prune({ before: at + 5 }), 3);
  }),

  'finds by the beginning of an id, a subject, and a subject’s id': withStorage(async (_storage, inbox) => {
    const one = acceptance({ id: 'first-0001', source: 'ignite', events: [{ subject: 'ignite video:12345' }] });
    const two = acceptance({ id: 'first-0002', source: 'gcore', events: [{ subject: 'gcore video:12345' }] });
    const three = acceptance({ id: 'other-0003', source: 'gcore', events: [{ subject: 'gcore stream:12345' }, {}] });
    const four = acceptance({ id: 'other-%004', source: 'gcore', events: [{ subject: 'gcore a b:c:d' }] });
    const five = acceptance({ id: 'other-_\\05', source: 'gcore', events: [{ subject: 'gcore plain' }] });
    for (const accepted of [one, two, three, four, five]) await inbox.accept(accepted);
    const ids = async (text: string, more: InboxFilter = {}) =>
      (await inbox.list({ text, ...more }, { limit: 10 })).deliveries.map(({ id }) => id).sort();
    const named = (...all: Acceptance[]) => all.map((accepted) => accepted.delivery.id).sort();
    same(await ids('first-'), named(one, two));
    same(await ids('first-0002'), named(two));
    same(await ids('other-%'), named(four));
    same(await ids('other-_\\'), named(five));
    same(await ids('fir'), []);
    same(await ids('irst-0001'), []);
    same(await ids('first-00011'), []);
    same(await ids('12345'), named(one, two, three));
    same(await ids('video:12345'), named(one, two));
    same(await ids('gcore video:12345'), named(two));
    same(await ids('c:d'), named(four));
    same(await ids('a b:c:d'), named(four));
    same(await ids('plain'), named(five));
    same(await ids('gcore plain'), named(five));
    same(await ids('d'), []);
    same(await ids('1234'), []);
    same(await ids('nothing at all'), []);
    same(await ids("' OR 1 --"), []);
    same(await ids('12345', { source: 'gcore' }), named(two, three));
    same(await ids('first-', { source: 'gcore' }), named(two));
    same(await ids('12345', { subject: 'gcore stream:12345' }), named(three));
    same(await ids('first-', { outcome: 'rejected' }), []);
  }),

  'pages through what a text finds, the newest first, each once': withStorage(async (_storage, inbox) => {
    const ids: string[] = [];
    for (let index = 0; index < 23; index += 1) {
      const source = index % 2 ? 'ignite' : 'gcore';
      // Every third is found twice: by its id and by its subject.
      const id = index % 3 ? `other-${String(index).padStart(4, '0')}` : `text-${index}`;
      await inbox.accept(
        acceptance({
          id,
          source,
          receivedAt: 1_700_000_000_000 + index,
          events: [{ subject: `${source} video:text-` }],
        }),
      );
      ids.unshift(id);
    }
    same(await pagedIds(inbox, { text: 'text-' }), ids);
  }),

  'pages through what several filters find together, the newest first, each once': withStorage(
    async (_storage, inbox) => {
      const ids: string[] = [];
      const at = 1_700_000_000_000;
      for (let index = 0; index < 60; index += 1) {
        const [source, type] = [index % 2 ? 'ignite' : 'gcore', index % 3 ? 'video.ready' : 'video.error'];
        const accepted = acceptance({ source, receivedAt: at + index, events: [{ type }, { type, stale: true }] });
        await inbox.accept(accepted);
        if (index >= 6 && index < 54 && index % 6 === 3) ids.unshift(accepted.delivery.id);
      }
      const filter: InboxFilter = { source: 'ignite', type: 'video.error', status: 'stale', outcome: 'stored' };
      same(await pagedIds(inbox, { ...filter, from: at + 6, until: at + 54 }), ids);
      same(await pagedIds(inbox, { ...filter, status: 'dead' }), []);
    },
  ),

  'lists by when deliveries were received, whenever they were stored': withStorage(async (_storage, inbox) => {
    const at = 1_700_000_000_000;
    const ids = new Map<number, string>();
    for (const after of [3, 1, 4, 0, 2]) {
      const accepted = acceptance({ receivedAt: at + after, events: [{ subject: 'ignite video:1', version: after }] });
      await inbox.accept(accepted);
      ids.set(after, accepted.delivery.id);
    }
    const wanted = [4, 3, 2, 1, 0];
    for (const filter of [{}, { source: 'ignite' }, { outcome: 'stored' }, { subject: 'ignite video:1' }] as const) {
      same(
        await pagedIds(inbox, filter, 2),
        wanted.map((after) => ids.get(after)),
      );
    }
    same(
      await pagedIds(inbox, { from: at + 1, until: at + 3 }),
      [2, 1].map((after) => ids.get(after)),
    );
    same(
      (await pagedVersions(inbox, 'ignite video:1')).map(([version]) => version),
      wanted,
    );
  }),

  'gives the history of a subject page by page, and of no other': withStorage(async (_storage, inbox) => {
    const subject = 'ignite video:1';
    for (let index = 0; index < 7; index += 1) {
      const events = [
        { subject, version: index * 2, previous: { index } },
        { subject: 'ignite video:11' },
        { subject, version: index * 2 + 1 },
      ];
      await inbox.accept(acceptance({ receivedAt: 1_700_000_000_000 + index, events }));
    }
    await inbox.accept(acceptance({ source: 'gcore', events: [{ subject: 'gcore video:1' }] }));
    const found = await pagedVersions(inbox, subject);
    same(
      found.map(([version]) => version),
      Array.from({ length: 14 }, (_, index) => 13 - index),
    );
    same(found[1]?.[2], { index: 6 });
    same(await pagedVersions(inbox, 'ignite video:12'), []);
    await assert.rejects(inbox.events({ subject }, { limit: 1, cursor: '1 OR 1' }), { code: 'option-invalid' });
  }),

  'counts what arrived, by step, source and outcome': withStorage(async (storage, inbox) => {
    const other = await storage.open();
    const begin = Math.floor(Date.now() / hourMs) * hourMs;
    const at = (minutes: number) => begin - 2 * hourMs + minutes * minuteMs + 1;
    await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        (index % 2 ? inbox : other).accept(acceptance({ receivedAt: at(index % 4 ? 0 : 61) })),
      ),
    );
    await inbox.accept(acceptance({ keys: ['k'], source: 'gcore', receivedAt: at(1) }));
    await inbox.accept(acceptance({ keys: ['k'], source: 'gcore', receivedAt: at(1) }));
    const bad = delivery({ receivedAt: at(1) });
    await inbox.keep(bad, 'quarantined', malformed);
    await inbox.keep(delivery({ receivedAt: at(1), source: '' }), 'rejected', forged);
    await inbox.countRefused([
      { source: '', receivedAt: at(1), count: 40 },
      { source: 'gcore', receivedAt: at(1), count: 2 },
    ]);
    await assert.rejects(
      inbox.accept({
        ...acceptance({ receivedAt: at(1) }),
        plan() {
          throw new Error('no plan');
        },
      }),
    );
    // What becomes of it later does not change what had arrived.
    await releasing(inbox, bad);
    await inbox.prune({ before: begin, unresolved: true });

    const counts = async (stepMs: number, from = begin - 2 * hourMs, until = begin) =>
      (await inbox.activity({ from, until, stepMs }))
        .map(({ at: step, count, outcome, source }) => `${(step - begin) / minuteMs} ${source} ${outcome} ${count}`)
        .sort();
    const second = ['-119  rejected 41', '-119 gcore duplicate 1', '-119 gcore rejected 2', '-119 gcore stored 1'];
    same(
      await counts(minuteMs),
      [...second, '-119 ignite quarantined 1', '-120 ignite stored 15', '-59 ignite stored 5'].sort(),
    );
    same(await counts(minuteMs, at(1), at(1)), [...second, '-119 ignite quarantined 1'].sort());
    same(
      await counts(hourMs),
      [
        ...second.map((line) => line.replace('-119', '-120')),
        '-120 ignite quarantined 1',
        '-120 ignite stored 15',
        '-60 ignite stored 5',
      ].sort(),
    );
    same(await counts(hourMs, begin + hourMs, begin + 5 * hourMs), []);
    for (const stepMs of [0, 1000, -minuteMs, Number.NaN, 90_000]) {
      await assert.rejects(inbox.activity({ from: 0, until: 1, stepMs }), { code: 'option-invalid' });
    }
    await assert.rejects(inbox.activity({ from: 0, until: begin, stepMs: hourMs }), { code: 'option-invalid' });
  }),

  'says how long handlers of each source took, and how many failed': withStorage(async (_storage, inbox) => {
    same(await inbox.latency(), []);
    const all = collector<string>(9);
    for (let index = 0; index < 8; index += 1) {
      const source = index === 3 ? 'rare' : 'ignite';
      await inbox.accept(acceptance({ source, events: [{ name: index === 5 ? 'fails' : 'works' }] }));
    }
    await inbox.start(
      worker(({ id, name }, _delivery, { attempt }) => {
        all.note(id);
        return name === 'fails' && attempt === 1 ? { kind: 'failed', error: 'x', retryInMs: 1 } : handled;
      }),
    );
    await all.all;
    await eventually(
      () => inbox.stats(),
      ({ events }) => events.handled === 8,
    );
    const handledOf = async (filter: InboxFilter) =>
      (await pagedIds(inbox, { status: 'handled', ...filter }, 3)).length;
    same([await handledOf({}), await handledOf({ source: 'rare' }), await handledOf({ source: 'nobody' })], [8, 1, 0]);
    const summary = async (source?: string) =>
      (await inbox.latency(source === undefined ? {} : { source }))
        .map((one) => [one.source, one.attempts, one.failed])
        .sort();
    same(await summary(), [
      ['ignite', 8, 1],
      ['rare', 1, 0],
    ]);
    same(await summary('rare'), [['rare', 1, 0]]);
    same(await summary('nobody'), []);
    for (const { p50Ms, p99Ms } of await inbox.latency()) assert.ok(p50Ms >= 0 && p99Ms >= p50Ms && p99Ms < 60_000);
  }),

  'says when something new has come to be kept, to every process': withStorage(async (storage, inbox) => {
    const other = await storage.open();
    const seen = [await other.newest()];
    const note = async () => {
      assert.equal(await other.newest(), await inbox.newest());
      seen.push(await other.newest());
    };
    const accepted = acceptance({ keys: ['k'] });
    await inbox.accept(accepted);
    await note();
    await inbox.accept(acceptance({ keys: ['k'], receivedAt: 1 }));
    await note();
    await inbox.keep(delivery(), 'rejected', forged);
    await note();
    await inbox.discard(accepted.delivery.id);
    assert.equal(new Set(seen).size, 4);
    assert.equal(await other.newest(), seen[3]);
  }),
};

const releasing = (inbox: Inbox, kept: ReturnType<typeof delivery>, keys: readonly string[] = []) =>
  inbox.release({
    ...acceptance({ keys, heldKeys: keys }),
    delivery: kept,
    plan: () => ({ events: [plannedEvent(kept, 0)], subjects: new Map() }),
  });

const pagedIds = async (inbox: Inbox, filter: InboxFilter, limit = 4): Promise<string[]> => {
  const seen: string[] = [];
  let cursor: string | undefined;
  for (let pages = 0; pages < 100; pages += 1) {
    const page = await inbox.list(filter, { limit, ...(cursor !== undefined && { cursor }) });
    assert.ok(page.deliveries.length <= limit);
    seen.push(...page.deliveries.map(({ id }) => id));
    cursor = page.cursor;
    if (cursor === undefined) return seen;
  }
  throw new Error('The pages do not end.');
};

const pagedVersions = async (inbox: Inbox, subject: string): Promise<[unknown, string, unknown][]> => {
  const seen: [unknown, string, unknown][] = [];
  let cursor: string | undefined;
  for (let pages = 0; pages < 100; pages += 1) {
    const page = await inbox.events({ subject }, { limit: 4, ...(cursor !== undefined && { cursor }) });
    for (const event of page.events) {
      assert.equal(event.subject, subject);
      seen.push([event.version, event.status, event.previous]);
    }
    cursor = page.cursor;
    if (cursor === undefined) return seen;
  }
  throw new Error('The pages do not end.');
};
