import assert from 'node:assert/strict';
import { acceptance, delivery, eventually, handled, plannedEvent, statusOf, worker } from './fixtures.ts';
import { same } from './same.ts';
import { withStorage } from './with-storage.ts';

/** What an operator asks and does. */
export const upkeepCases = {
  'lists the newest first, page by page, each delivery once': withStorage(async (_storage, inbox) => {
    const ids: string[] = [];
    for (let index = 0; index < 25; index += 1) {
      const accepted = acceptance({ receivedAt: 1_700_000_000_000 + index, events: [{}, {}] });
      ids.unshift(accepted.delivery.id);
      await inbox.accept(accepted);
    }
    const seen: string[] = [];
    let cursor: string | undefined;
    let pages = 0;
    do {
      const page = await inbox.list({}, { limit: 10, ...(cursor !== undefined && { cursor }) });
      seen.push(...page.deliveries.map(({ id }) => id));
      cursor = page.cursor;
      pages += 1;
    } while (cursor !== undefined);
    same(seen, ids);
    assert.equal(pages, 3);
  }),

  'lists deliveries of one millisecond page by page, each once': withStorage(async (_storage, inbox) => {
    const ids = new Set<string>();
    for (let index = 0; index < 12; index += 1) {
      const accepted = acceptance({ receivedAt: 1_700_000_000_000 });
      ids.add(accepted.delivery.id);
      await inbox.accept(accepted);
    }
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await inbox.list({}, { limit: 5, ...(cursor !== undefined && { cursor }) });
      seen.push(...page.deliveries.map(({ id }) => id));
      cursor = page.cursor;
    } while (cursor !== undefined);
    assert.equal(seen.length, 12);
    same([...seen].sort(), [...ids].sort());
  }),

  'lists what a filter asks for, and nothing else': withStorage(async (_storage, inbox) => {
    const at = 1_700_000_000_000;
    const one = acceptance({
      source: 'ignite',
      receivedAt: at,
      events: [{ type: 'video.created', subject: 'ignite video:1' }],
    });
    const two = acceptance({
      source: 'gcore',
      receivedAt: at + 10,
      events: [{ type: 'video.ready', subject: 'gcore video:1' }],
    });
    const three = delivery({ source: 'gcore', receivedAt: at + 20 });
    await inbox.accept(one);
    await inbox.accept(two);
    await inbox.keep(three, 'quarantined', { code: 'malformed-body', hint: 'The body is not JSON.' });
    const ids = async (filter: Parameters<typeof inbox.list>[0]) =>
      (await inbox.list(filter, { limit: 10 })).deliveries.map(({ id }) => id);
    same(await ids({ source: 'ignite' }), [one.delivery.id]);
    same(await ids({ source: 'gcore' }), [three.id, two.delivery.id]);
    same(await ids({ type: 'video.ready' }), [two.delivery.id]);
    same(await ids({ subject: 'ignite video:1' }), [one.delivery.id]);
    same(await ids({ outcome: 'quarantined' }), [three.id]);
    same(await ids({ status: 'pending', source: 'gcore' }), [two.delivery.id]);
    same(await ids({ from: at + 10 }), [three.id, two.delivery.id]);
    same(await ids({ until: at + 10 }), [one.delivery.id]);
    same(await ids({ source: 'nobody' }), []);
  }),

  'shows no credential and no body in a list': withStorage(async (_storage, inbox) => {
    const secret = 'the-secret-credential';
    const accepted = acceptance();
    await inbox.accept({
      ...accepted,
      delivery: {
        ...accepted.delivery,
        query: `token=${secret}`,
        pathToken: secret,
        headers: [['authorization', secret]],
        body: new TextEncoder().encode(secret),
      },
    });
    const listed = JSON.stringify([await inbox.list({}, { limit: 1 }), await inbox.get(accepted.delivery.id)]);
    assert.ok(!listed.includes(secret), listed);
  }),

  'refuses a cursor that no page has given': withStorage(async (_storage, inbox) => {
    await assert.rejects(inbox.list({}, { limit: 1, cursor: "1' OR 1" }), { code: 'option-invalid' });
  }),

  'counts deliveries by outcome and events by status, and says how old the backlog is': withStorage(
    async (_storage, inbox) => {
      assert.equal((await inbox.stats()).backlogAgeMs, undefined);
      await inbox.accept(acceptance({ receivedAt: Date.now() - 60_000, events: [{}, {}, { stale: true }] }));
      await inbox.keep(delivery(), 'quarantined', { code: 'malformed-body', hint: 'The body is not JSON.' });
      const { backlogAgeMs, deliveries, events } = await inbox.stats();
      same(deliveries, { stored: 1, duplicate: 0, quarantined: 1, rejected: 0 });
      same(events, {
        dead: 0,
        discarded: 0,
        handled: 0,
        ignored: 0,
        pending: 2,
        running: 0,
        stale: 1,
        waiting: 0,
      });
      assert.ok(backlogAgeMs !== undefined && backlogAgeMs >= 60_000 && backlogAgeMs < 120_000, String(backlogAgeMs));
    },
  ),

  'puts a dead letter back in line, its attempts counted anew': withStorage(async (_storage, inbox) => {
    const accepted = acceptance();
    await inbox.accept(accepted);
    const attempts: number[] = [];
    let works = false;
    await inbox.start(
      worker((_event, _delivery, { attempt }) => {
        attempts.push(attempt);
        return works ? handled : { kind: 'failed', error: 'not yet', retryInMs: undefined };
      }),
    );
    await eventually(
      () => statusOf(inbox, accepted.delivery.id),
      ([status]) => status === 'dead',
    );
    works = true;
    assert.equal(await inbox.requeue(accepted.delivery.id), 1);
    await eventually(
      () => statusOf(inbox, accepted.delivery.id),
      ([status]) => status === 'handled',
    );
    same(attempts, [1, 1]);
    assert.equal(await inbox.requeue('nobody'), 0);
  }),

  'makes events of a quarantined delivery that has become valid': withStorage(async (_storage, inbox) => {
    const bad = delivery();
    await inbox.keep(bad, 'quarantined', { code: 'invalid-payload', hint: 'id: expected string.' });
    const result = await inbox.release({
      ...acceptance(),
      delivery: bad,
      plan: () => ({ events: [plannedEvent(bad, 0)], subjects: new Map() }),
    });
    assert.equal(result.kind, 'stored');
    const kept = await inbox.get(bad.id);
    assert.equal(kept?.outcome, 'stored');
    assert.equal(kept?.rejection, undefined);
    same(
      kept?.events.map(({ status }) => status),
      ['pending'],
    );
  }),

  'gives up on events that are discarded, and lets their subject go on': withStorage(async (_storage, inbox) => {
    const first = acceptance({ events: [{ subject: 'ignite video:1' }] });
    const second = acceptance({ events: [{ subject: 'ignite video:1' }] });
    await inbox.accept(first);
    await inbox.accept(second);
    assert.equal(await inbox.discard(first.delivery.id), 1);
    await inbox.start(worker(() => handled));
    await eventually(
      () => statusOf(inbox, second.delivery.id),
      ([status]) => status === 'handled',
    );
    same(await statusOf(inbox, first.delivery.id), ['discarded']);
  }),

  'lets a subject go on at once when the event that waits for its next attempt is discarded': withStorage(
    async (_storage, inbox) => {
      const first = acceptance({ events: [{ subject: 'ignite video:1', name: 'first' }] });
      const second = acceptance({ events: [{ subject: 'ignite video:1' }] });
      await inbox.accept(first);
      await inbox.accept(second);
      await inbox.start(
        worker(({ name }) =>
          name === 'first' ? { kind: 'failed', error: 'in an hour', retryInMs: 3_600_000 } : handled,
        ),
      );
      await eventually(
        () => inbox.get(first.delivery.id),
        (one) => one?.events[0]?.attempts === 1 && one.events[0].status === 'pending',
      );
      same(await statusOf(inbox, second.delivery.id), ['waiting']);
      assert.equal(await inbox.discard(first.delivery.id), 1);
      await eventually(
        () => statusOf(inbox, second.delivery.id),
        ([status]) => status === 'handled',
      );
      same(await statusOf(inbox, first.delivery.id), ['discarded']);
    },
  ),

  'tries an event at once that is put back in line after it was discarded': withStorage(async (_storage, inbox) => {
    const accepted = acceptance({ events: [{ subject: 'ignite video:1' }] });
    await inbox.accept(accepted);
    let calls = 0;
    await inbox.start(
      worker(() => {
        calls += 1;
        return calls === 1 ? { kind: 'failed', error: 'in an hour', retryInMs: 3_600_000 } : handled;
      }),
    );
    await eventually(
      () => inbox.get(accepted.delivery.id),
      (one) => one?.events[0]?.attempts === 1 && one.events[0].status === 'pending',
    );
    assert.equal(await inbox.discard(accepted.delivery.id), 1);
    assert.equal(await inbox.requeue(accepted.delivery.id), 1);
    await eventually(
      () => statusOf(inbox, accepted.delivery.id),
      ([status]) => status === 'handled',
    );
    assert.equal(calls, 2);
  }),

  'forgets subjects that nothing was heard of for long, and no others': withStorage(async (_storage, inbox) => {
    const at = 1_700_000_000_000;
    const hour = 3_600_000;
    const subjects = ['done', 'heard again', 'recent', 'waiting'].map((name) => `gcore stream:${name}`);
    const tell = (name: string, receivedAt: number, { says = true, waits = false } = {}) => {
      const subject = `gcore stream:${name}`;
      const base = acceptance({ receivedAt, subjects: [subject] });
      const events = [plannedEvent(base.delivery, 0, { subject, stale: !waits })];
      const known = says ? [[subject, { state: name, version: 2 }] as const] : [];
      return inbox.accept({ ...base, plan: () => ({ events, subjects: new Map(known) }) });
    };
    const known = async () => {
      let found: readonly string[] = [];
      const base = acceptance({ receivedAt: at, subjects });
      await inbox.accept({
        ...base,
        plan(records) {
          found = [...records].map(([subject]) => subject).sort();
          return { events: [], subjects: new Map() };
        },
      });
      return found;
    };
    await tell('done', at);
    await tell('heard again', at);
    await tell('heard again', at + 9 * hour, { says: false });
    await tell('recent', at + 9 * hour);
    await tell('waiting', at, { waits: true });
    await inbox.prune({ before: at });
    same(await known(), subjects);
    await inbox.prune({ before: at + 5 * hour });
    const rest = subjects.filter((subject) => !subject.endsWith(':done'));
    same(await known(), rest);
    await inbox.start(worker(() => handled));
    await eventually(
      () => inbox.stats(),
      ({ events }) => events.handled === 1,
    );
    await inbox.prune({ before: at + 5 * hour });
    same(
      await known(),
      rest.filter((subject) => !subject.endsWith(':waiting')),
    );
    await inbox.prune({ before: at + 11 * hour });
    same(await known(), []);
  }),

  'forgets what is known of a subject though a dead letter of it is kept, and that keeps its subject': withStorage(
    async (_storage, inbox) => {
      const at = 1_700_000_000_000;
      const subject = 'gcore stream:1';
      const base = acceptance({ receivedAt: at, subjects: [subject], events: [{ subject, name: 'dead' }] });
      const { events } = base.plan(new Map());
      const records = new Map([[subject, { state: { live: true }, version: 2 }]]);
      await inbox.accept({ ...base, plan: () => ({ events, subjects: records }) });
      await inbox.start(
        worker(({ name }) => (name === 'dead' ? { kind: 'failed', error: 'never', retryInMs: undefined } : handled)),
      );
      await eventually(
        () => statusOf(inbox, base.delivery.id),
        ([status]) => status === 'dead',
      );
      await inbox.prune({ before: at + 9 * 3_600_000 });
      let known: unknown;
      const next = acceptance({ receivedAt: at + 1, events: [{ subject }] });
      await inbox.accept({
        ...next,
        plan(found) {
          known = found.get(subject);
          return next.plan(found);
        },
      });
      assert.equal(known, undefined);
      const history = await inbox.events({ subject }, { limit: 10 });
      same(
        history.events.map(({ id }) => id),
        [`${next.delivery.id}.0`, `${base.delivery.id}.0`],
      );
      const { deliveries } = await inbox.list({ subject }, { limit: 10 });
      assert.equal(deliveries.length, 2);
      await eventually(
        () => statusOf(inbox, next.delivery.id),
        ([status]) => status === 'handled',
      );
      await inbox.prune({ before: at + 9 * 3_600_000, unresolved: true });
      same((await inbox.events({ subject }, { limit: 10 })).events, []);
    },
  ),

  'forgets a great many subjects, and those only': withStorage(async (_storage, inbox) => {
    const at = 1_700_000_000_000;
    const names = Array.from({ length: 1201 }, (_, index) => `ignite video:${index}`);
    const records = new Map(names.map((name) => [name, { state: undefined, version: 1 }]));
    const base = acceptance({ receivedAt: at, subjects: names });
    await inbox.accept({ ...base, plan: () => ({ events: [], subjects: records }) });
    let found = 0;
    const ask = () =>
      inbox.accept({
        ...acceptance({ receivedAt: at, subjects: names }),
        plan(known) {
          found = known.size;
          return { events: [], subjects: new Map() };
        },
      });
    await ask();
    assert.equal(found, 1201);
    await inbox.prune({ before: at + 7_200_000 });
    await ask();
    assert.equal(found, 0);
  }),

  'removes what is old and done with; dead letters and quarantined only when asked': withStorage(
    async (_storage, inbox) => {
      const at = 1_700_000_000_000;
      const done = acceptance({ receivedAt: at, events: [{ stale: true }] });
      const pending = acceptance({ receivedAt: at, events: [{ subject: 'ignite video:1' }] });
      const dead = acceptance({ receivedAt: at, events: [{ name: 'dead' }] });
      const recent = acceptance({ receivedAt: at + 10_000, events: [{ stale: true }] });
      const bad = delivery({ receivedAt: at });
      for (const one of [done, pending, dead, recent]) await inbox.accept(one);
      await inbox.keep(bad, 'quarantined', { code: 'invalid-payload', hint: 'id: expected string.' });
      await inbox.start(
        worker(({ name }) => ({ kind: 'failed', error: 'x', retryInMs: name === 'dead' ? undefined : 3_600_000 })),
      );
      await eventually(
        () => statusOf(inbox, dead.delivery.id),
        ([status]) => status === 'dead',
      );
      await eventually(
        () => inbox.get(pending.delivery.id),
        (one) => one?.events[0]?.attempts === 1,
      );
      const left = async () => (await inbox.list({}, { limit: 10 })).deliveries.map(({ id }) => id).sort();
      assert.equal(await inbox.prune({ before: at + 5000 }), 1);
      same(
        await left(),
        [pending, dead, recent]
          .map((one) => one.delivery.id)
          .concat(bad.id)
          .sort(),
      );
      assert.equal(await inbox.prune({ before: at + 5000, unresolved: true }), 2);
      same(await left(), [pending.delivery.id, recent.delivery.id].sort());
      assert.equal(await inbox.prune({ before: at + 5000 }), 0);
    },
  ),
};
