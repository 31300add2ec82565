import assert from 'node:assert/strict';
import type { InboxEvent } from '@mediahooks/core';
import { acceptance, collector, eventually, handled, statusOf, worker } from './fixtures.ts';
import { same } from './same.ts';
import { withStorage } from './with-storage.ts';

/** Every event is a job of its own, done at least once, and tried again as it was told. */
export const workingCases = {
  'hands an event to the worker whole, with its delivery': withStorage(async (_storage, inbox) => {
    const accepted = acceptance({ events: [{ subject: 'ignite video:1', version: 3, previous: { live: true } }] });
    await inbox.accept(accepted);
    const seen = collector<{ event: InboxEvent; body: number[]; attempt: number }>(1);
    await inbox.start(
      worker((event, stored, { attempt }) => {
        seen.note({ event, body: [...stored.body], attempt });
        return handled;
      }),
    );
    const [first] = await seen.all;
    assert.ok(first);
    const { deliveryId, status: _status, attempts: _attempts, runAt: _runAt, ...event } = first.event;
    assert.equal(deliveryId, accepted.delivery.id);
    same([event], accepted.plan(new Map()).events);
    same(first.body, [...accepted.delivery.body]);
    assert.equal(first.attempt, 1);
    same(
      await eventually(
        () => statusOf(inbox, deliveryId),
        ([status]) => status === 'handled',
      ),
      ['handled'],
    );
  }),

  'begins at once with what arrives while it runs': withStorage(async (_storage, inbox) => {
    const seen = collector<string>(3);
    await inbox.start(
      worker((event) => {
        seen.note(event.id);
        return handled;
      }),
    );
    for (let index = 0; index < 3; index += 1) await inbox.accept(acceptance());
    await seen.all;
  }),

  'handles each event once where several processes share the storage': withStorage(async (storage, inbox) => {
    const other = await storage.open();
    const seen = collector<string>(100);
    const run = worker((event) => {
      seen.note(event.id);
      return handled;
    });
    await inbox.start(run);
    await other.start(run);
    await Promise.all(Array.from({ length: 100 }, (_, index) => (index % 2 ? inbox : other).accept(acceptance())));
    const ids = await seen.all;
    assert.equal(new Set(ids).size, 100);
    await eventually(
      () => inbox.stats(),
      ({ events }) => events.handled === 100,
    );
  }),

  'runs a failing event of a delivery again, and not the others': withStorage(async (_storage, inbox) => {
    const seen = collector<string>(4);
    const accepted = acceptance({ events: [{ name: 'one' }, { name: 'two' }, { name: 'three' }] });
    await inbox.accept(accepted);
    await inbox.start(
      worker((event, _delivery, { attempt }) => {
        seen.note(`${event.name} ${attempt}`);
        return event.name === 'two' && attempt === 1 ? { kind: 'failed', error: 'once', retryInMs: 1 } : handled;
      }),
    );
    same([...(await seen.all)].sort(), ['one 1', 'three 1', 'two 1', 'two 2']);
    await eventually(
      () => statusOf(inbox, accepted.delivery.id),
      (all) => all.every((status) => status === 'handled'),
    );
  }),

  'writes down every attempt with its error': withStorage(async (_storage, inbox) => {
    const accepted = acceptance();
    await inbox.accept(accepted);
    await inbox.start(
      worker((_event, _delivery, { attempt }) =>
        attempt < 3 ? { kind: 'failed', error: `failure ${attempt}`, retryInMs: 1 } : handled,
      ),
    );
    await eventually(
      () => statusOf(inbox, accepted.delivery.id),
      ([status]) => status === 'handled',
    );
    const attempts = await inbox.attempts(`${accepted.delivery.id}.0`);
    same(
      attempts.map(({ number, error }) => [number, error]),
      [
        [1, 'failure 1'],
        [2, 'failure 2'],
        [3, undefined],
      ],
    );
    for (const { startedAt, endedAt } of attempts) assert.ok(endedAt !== undefined && endedAt >= startedAt);
  }),

  'puts an event without a further attempt to the dead letters': withStorage(async (_storage, inbox) => {
    const accepted = acceptance();
    await inbox.accept(accepted);
    await inbox.start(worker(() => ({ kind: 'failed', error: 'for good', retryInMs: undefined })));
    await eventually(
      () => statusOf(inbox, accepted.delivery.id),
      ([status]) => status === 'dead',
    );
    assert.equal((await inbox.stats()).events.dead, 1);
    same(
      (await inbox.list({ status: 'dead' }, { limit: 10 })).deliveries.map(({ id }) => id),
      [accepted.delivery.id],
    );
  }),

  'waits before it tries again as long as it was told': withStorage(async (_storage, inbox) => {
    const accepted = acceptance();
    await inbox.accept(accepted);
    let calls = 0;
    await inbox.start(
      worker(() => {
        calls += 1;
        return { kind: 'failed', error: 'later', retryInMs: 3_600_000 };
      }),
    );
    const kept = await eventually(
      () => inbox.get(accepted.delivery.id),
      (one) => one?.events[0]?.attempts === 1 && one.events[0].status === 'pending',
    );
    assert.equal(calls, 1);
    const runAt = kept?.events[0]?.runAt ?? 0;
    assert.ok(runAt > Date.now() + 3_500_000, `it runs at ${runAt}`);
  }),

  'never runs an event that is stale': withStorage(async (_storage, inbox) => {
    const seen = collector<string>(1);
    const old = acceptance({ events: [{ stale: true, name: 'old' }] });
    await inbox.accept(old);
    await inbox.accept(acceptance({ events: [{ name: 'new' }] }));
    await inbox.start(
      worker((event) => {
        seen.note(event.name);
        return handled;
      }),
    );
    same(await seen.all, ['new']);
    same(await statusOf(inbox, old.delivery.id), ['stale']);
  }),

  'writes down that an event had no handler': withStorage(async (_storage, inbox) => {
    const accepted = acceptance();
    await inbox.accept(accepted);
    await inbox.start(worker(() => ({ kind: 'ignored' })));
    await eventually(
      () => statusOf(inbox, accepted.delivery.id),
      ([status]) => status === 'ignored',
    );
  }),

  'waits for running events when it stops': withStorage(async (storage, inbox) => {
    const started = collector<string>(1);
    let finish: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const accepted = acceptance();
    await inbox.accept(accepted);
    await inbox.start(
      worker(async (event) => {
        started.note(event.id);
        await gate;
        return handled;
      }),
    );
    await started.all;
    const stopping = inbox.stop({ timeoutMs: 10_000 });
    finish();
    await stopping;
    same(await statusOf(await storage.open(), accepted.delivery.id), ['handled']);
  }),

  'aborts what still runs when its time to stop is over, and gives it back': withStorage(async (storage, inbox) => {
    const started = collector<AbortSignal>(1);
    const accepted = acceptance();
    await inbox.accept(accepted);
    await inbox.start(
      worker(
        (_event, _delivery, { signal }) =>
          new Promise((resolve) => {
            signal.addEventListener('abort', () => resolve({ kind: 'failed', error: 'aborted', retryInMs: 1 }));
            started.note(signal);
          }),
      ),
    );
    const [signal] = await started.all;
    assert.equal(signal?.aborted, false);
    await inbox.stop({ timeoutMs: 1 });
    assert.equal(signal?.aborted, true);
    const seen = collector<number>(1);
    const next = await storage.open({ leaseMs: 1000 });
    await next.start(
      worker((_event, _delivery, { attempt }) => {
        seen.note(attempt);
        return handled;
      }),
    );
    same(await seen.all, [2]);
  }),

  'makes no dead letter of what it aborts when it stops, at the last attempt either, and gives it back at once':
    withStorage(async (storage, inbox) => {
      const started = collector<string>(2);
      const accepted = [acceptance(), acceptance()];
      for (const one of accepted) await inbox.accept(one);
      const ends = [undefined, 3_600_000];
      await inbox.start(
        worker(
          (event, _delivery, { signal }) =>
            new Promise((resolve) => {
              const retryInMs = ends[accepted.findIndex(({ delivery }) => delivery.id === event.deliveryId)];
              signal.addEventListener('abort', () => resolve({ kind: 'failed', error: 'aborted', retryInMs }));
              started.note(event.id);
            }),
        ),
      );
      await started.all;
      await inbox.stop({ timeoutMs: 1 });
      const next = await storage.open();
      for (const one of accepted) same(await statusOf(next, one.delivery.id), ['pending']);
      const seen = collector<number>(2);
      await next.start(
        worker((_event, _delivery, { attempt }) => {
          seen.note(attempt);
          return handled;
        }),
      );
      same(await seen.all, [2, 2]);
    }),
};
