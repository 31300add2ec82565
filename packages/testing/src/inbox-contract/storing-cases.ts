import assert from 'node:assert/strict';
import { acceptance, delivery, plannedEvent } from './fixtures.ts';
import { same } from './same.ts';
import { withStorage } from './with-storage.ts';

/** What is stored, is stored whole and once. */
export const storingCases = {
  'keeps a delivery whole, to the byte': withStorage(async (_storage, inbox) => {
    const body = Uint8Array.from({ length: 256 }, (_, index) => index);
    const accepted = acceptance({ body });
    assert.equal((await inbox.accept(accepted)).kind, 'stored');
    const loaded = await inbox.load(accepted.delivery.id);
    assert.ok(loaded);
    same({ ...loaded, body: [...loaded.body] }, { ...accepted.delivery, body: [...body] });
  }),

  'keeps an event as it was planned': withStorage(async (_storage, inbox) => {
    const accepted = acceptance({
      events: [
        { subject: 'ignite video:1', version: 7, previous: { live: true } },
        { type: 'unknown', name: 'é.new' },
      ],
    });
    await inbox.accept(accepted);
    const kept = await inbox.get(accepted.delivery.id);
    same(
      kept?.events.map(({ deliveryId: _d, status: _s, attempts: _a, runAt: _r, ...event }) => event),
      accepted.plan(new Map()).events,
    );
  }),

  'keeps payloads as they were planned, whatever the body says': withStorage(async (_storage, inbox) => {
    const text =
      '{"b": [1.0, {"deep": [[], {}]}], "a": "\\u00e9\\u0000\\ud83d\\ude00", "__proto__": {"x": 1}, "zero": -0, "big": 1e400}';
    const body = new TextEncoder().encode(text);
    const said = (): Record<string, unknown> => JSON.parse(text.replace('1e400', '1e300'));
    const plain = { b: [1, { deep: [[], {}] }], a: 'é\u0000😀' };
    const plainBody = new TextEncoder().encode('{"b":[1,{"deep":[[],{}]}],"a":"\\u00e9\\u0000😀"}');
    const subject = 'ignite video:1';
    for (const [bytes, payloads] of [
      [body, [said(), { ...said(), token: undefined }]],
      [plainBody, [{ a: plain.a, b: plain.b }, { a: plain.a }, { ...plain, more: null }, plain.b, 'text', null, 7]],
      [new TextEncoder().encode('"text"'), ['text', { text: 'text' }]],
      [new TextEncoder().encode('\ufeff{"a":1}'), [{ a: 1 }]],
      [new TextEncoder().encode('[{"a":1}]'), [[{ a: 1 }], { a: 1 }, [{ a: 1 }, { a: 1 }], { 0: { a: 1 } }]],
      [Uint8Array.of(0x7b, 0xff, 0x7d), [{}]],
    ] as const) {
      const accepted = acceptance({ body: bytes, events: payloads.map((payload) => ({ payload, subject })) });
      await inbox.accept(accepted);
      const wanted: unknown = JSON.parse(JSON.stringify(payloads));
      const kept = (await inbox.get(accepted.delivery.id))?.events ?? [];
      same(
        kept.map(({ payload }) => payload),
        wanted,
      );
      const { events } = await inbox.events({ subject }, { limit: payloads.length });
      same(events.map(({ payload }) => payload).reverse(), wanted);
    }
  }),

  'keeps events of subjects that differ only in halves of characters': withStorage(async (_storage, inbox) => {
    const subjects = ['ignite video:\ud800', 'ignite video:\udbff', 'ignite video:\ud800'];
    const accepted = acceptance({ events: subjects.map((subject) => ({ subject })) });
    assert.equal((await inbox.accept(accepted)).kind, 'stored');
    assert.equal((await inbox.get(accepted.delivery.id))?.events.length, subjects.length);
    const remembering = acceptance({
      subjects,
      plan: () => ({
        events: [],
        subjects: new Map(subjects.map((subject) => [subject, { state: {}, version: 1 }])),
      }),
    });
    assert.equal((await inbox.accept(remembering)).kind, 'stored');
  }),

  'keeps and finds names and subjects of any character and length': withStorage(async (_storage, inbox) => {
    const odd = ['nul \u0000', 'back\\slash \\u0000', 'quote \' "', 'colon:*?[x]{y}', '🎬', 'x'.repeat(9000)];
    for (const [index, word] of odd.entries()) {
      const subject = `3q ${word}`;
      const accepted = acceptance({ keys: [word], events: [{ subject, type: word, name: word, version: word }] });
      assert.equal((await inbox.accept(accepted)).kind, 'stored');
      const [event] = (await inbox.get(accepted.delivery.id))?.events ?? [];
      same([event?.subject, event?.type, event?.name, event?.version], [subject, word, word, word]);
      for (const filter of [{ subject }, { type: word }]) {
        const { deliveries } = await inbox.list(filter, { limit: 10 });
        same(
          deliveries.map(({ id }) => id),
          [accepted.delivery.id],
        );
      }
      assert.equal((await inbox.accept(acceptance({ keys: [word] }))).kind, 'duplicate', `key ${index}`);
    }
  }),

  'knows nothing of a delivery it never got': withStorage(async (_storage, inbox) => {
    assert.equal(await inbox.get('nobody'), undefined);
    assert.equal(await inbox.load('nobody'), undefined);
    same(await inbox.attempts('nobody.0'), []);
  }),

  'recognises a delivery by any of its keys, and keeps the duplicate': withStorage(async (_storage, inbox) => {
    const first = acceptance({ keys: ['id 1', 'signed 1'] });
    assert.equal((await inbox.accept(first)).kind, 'stored');
    const again = acceptance({ keys: ['id 2', 'signed 1'] });
    same(await inbox.accept(again), { kind: 'duplicate', of: first.delivery.id });
    const kept = await inbox.get(again.delivery.id);
    assert.equal(kept?.outcome, 'duplicate');
    assert.equal(kept?.duplicateOf, first.delivery.id);
    same(kept?.events, []);
    assert.equal((await inbox.accept(acceptance({ keys: ['id 2'] }))).kind, 'stored', 'a duplicate holds nothing');
    assert.equal((await inbox.accept(acceptance({ keys: ['id 3', 'id 3'] }))).kind, 'stored', 'its own key');
  }),

  'leaves a key that has expired to the next, though a duplicate has had it': withStorage(async (_storage, inbox) => {
    const first = acceptance({ keys: ['signed 1'] });
    await inbox.accept(acceptance({ keys: ['id 1'], keysExpireAt: Date.now() - 1 }));
    await inbox.accept(first);
    same(await inbox.accept(acceptance({ keys: ['id 1', 'signed 1'] })), { kind: 'duplicate', of: first.delivery.id });
    assert.equal((await inbox.accept(acceptance({ keys: ['id 1'] }))).kind, 'stored');
  }),

  'forgets a key when its time is over': withStorage(async (_storage, inbox) => {
    const expired = Date.now() - 1;
    assert.equal((await inbox.accept(acceptance({ keys: ['id 1'], keysExpireAt: expired }))).kind, 'stored');
    assert.equal((await inbox.accept(acceptance({ keys: ['id 1'] }))).kind, 'stored');
    assert.equal((await inbox.accept(acceptance({ keys: ['id 1'] }))).kind, 'duplicate');
  }),

  'stores one of 100 equal deliveries that arrive at once': withStorage(async (storage, inbox) => {
    const other = await storage.open();
    const results = await Promise.all(
      Array.from({ length: 100 }, (_, index) => (index % 2 ? inbox : other).accept(acceptance({ keys: ['same'] }))),
    );
    assert.equal(results.filter(({ kind }) => kind === 'stored').length, 1);
    const { deliveries } = await inbox.stats();
    same(deliveries, { stored: 1, duplicate: 99, quarantined: 0, rejected: 0 });
  }),

  'recognises what comes after a delivery by the keys that it holds, and by no others': withStorage(
    async (_storage, inbox) => {
      const unnamed = { keys: ['signed 1', 'signed 1 as unknown'], heldKeys: ['signed 1 as unknown'] };
      const first = acceptance(unnamed);
      assert.equal((await inbox.accept(first)).kind, 'stored');
      same(await inbox.accept(acceptance(unnamed)), { kind: 'duplicate', of: first.delivery.id });
      const genuine = acceptance({ keys: ['signed 1'] });
      assert.equal((await inbox.accept(genuine)).kind, 'stored');
      same(await inbox.accept(acceptance({ keys: ['signed 1'] })), { kind: 'duplicate', of: genuine.delivery.id });
      assert.equal((await inbox.accept(acceptance(unnamed))).kind, 'duplicate');
      const other = acceptance({ keys: ['signed 2'] });
      assert.equal((await inbox.accept(other)).kind, 'stored');
      const late = acceptance({ keys: ['signed 2', 'signed 2 as unknown'], heldKeys: ['signed 2 as unknown'] });
      same(await inbox.accept(late), { kind: 'duplicate', of: other.delivery.id });
      const again = acceptance({ keys: ['signed 2 as unknown'] });
      assert.equal((await inbox.accept(again)).kind, 'stored', 'a duplicate holds nothing');
    },
  ),

  'stores one of 100 equal deliveries that hold only some of their keys, and arrive at once': withStorage(
    async (storage, inbox) => {
      const other = await storage.open();
      const unnamed = { keys: ['signed 1', 'signed 1 as unknown'], heldKeys: ['signed 1 as unknown'] };
      const results = await Promise.all(
        Array.from({ length: 100 }, (_, index) => (index % 2 ? inbox : other).accept(acceptance(unnamed))),
      );
      assert.equal(results.filter(({ kind }) => kind === 'stored').length, 1);
      assert.equal((await inbox.accept(acceptance({ keys: ['signed 1'] }))).kind, 'stored');
    },
  ),

  'stores every one of 200 different deliveries that arrive at once': withStorage(async (storage, inbox) => {
    const other = await storage.open();
    const accepted = Array.from({ length: 200 }, (_, index) => acceptance({ keys: [`key ${index}`] }));
    const results = await Promise.all(accepted.map((one, index) => (index % 2 ? inbox : other).accept(one)));
    assert.ok(results.every(({ kind }) => kind === 'stored'));
    for (const one of accepted) assert.equal((await other.get(one.delivery.id))?.outcome, 'stored');
  }),

  'gives a plan what is known of its subjects, and remembers what the plan says': withStorage(
    async (storage, inbox) => {
      // why by place: a plan may be made again, where what it was given turns out to be out of date. The last one counts.
      const seen: unknown[] = [];
      const turn = (place: number, state: unknown, version: number) => {
        const base = acceptance({ subjects: ['gcore stream:1', 'gcore stream:2'] });
        return inbox.accept({
          ...base,
          plan(known) {
            seen[place] = [...known];
            return {
              events: [plannedEvent(base.delivery, 0)],
              subjects: new Map([['gcore stream:1', { state, version }]]),
            };
          },
        });
      };
      await turn(0, { live: true }, 1);
      await turn(1, { live: false }, 2);
      const other = await storage.open();
      await other.accept({
        ...acceptance({ subjects: ['gcore stream:1'] }),
        plan: (known) => {
          seen[2] = [...known];
          return { events: [], subjects: new Map() };
        },
      });
      same(seen, [
        [],
        [['gcore stream:1', { state: { live: true }, version: 1 }]],
        [['gcore stream:1', { state: { live: false }, version: 2 }]],
      ]);
    },
  ),

  'changes a subject for one delivery at a time': withStorage(async (storage, inbox) => {
    const other = await storage.open();
    const count = 60;
    await Promise.all(
      Array.from({ length: count }, (_, index) => {
        const base = acceptance({ subjects: ['gcore stream:1'] });
        return (index % 2 ? inbox : other).accept({
          ...base,
          plan(known) {
            const state = Number(known.get('gcore stream:1')?.state ?? 0) + 1;
            return {
              events: [plannedEvent(base.delivery, 0)],
              subjects: new Map([['gcore stream:1', { state, version: undefined }]]),
            };
          },
        });
      }),
    );
    let last: unknown;
    await inbox.accept({
      ...acceptance({ subjects: ['gcore stream:1'] }),
      plan(known) {
        last = known.get('gcore stream:1')?.state;
        return { events: [], subjects: new Map() };
      },
    });
    assert.equal(last, count);
  }),

  'stores nothing of a delivery whose plan throws, and goes on': withStorage(async (_storage, inbox) => {
    const broken = acceptance({ keys: ['k'] });
    await assert.rejects(
      inbox.accept({
        ...broken,
        plan() {
          throw new Error('no plan');
        },
      }),
    );
    assert.equal(await inbox.get(broken.delivery.id), undefined);
    assert.equal((await inbox.accept(acceptance({ keys: ['k'] }))).kind, 'stored');
  }),

  'keeps what is quarantined, with its reason': withStorage(async (_storage, inbox) => {
    const bad = delivery();
    await inbox.keep(bad, 'quarantined', { code: 'invalid-payload', hint: 'id: expected string.' });
    const kept = await inbox.get(bad.id);
    assert.equal(kept?.outcome, 'quarantined');
    same(kept?.rejection, { code: 'invalid-payload', hint: 'id: expected string.' });
    same((await inbox.load(bad.id))?.body, bad.body);
  }),

  'is still there for the next process': withStorage(async (storage, inbox) => {
    const accepted = acceptance();
    await inbox.accept(accepted);
    await inbox.stop({ timeoutMs: 1000 });
    const next = await storage.open();
    assert.equal((await next.get(accepted.delivery.id))?.outcome, 'stored');
    await assert.rejects(inbox.accept(acceptance()), { code: 'inbox-unavailable' });
  }),
};
