import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createWebhooks, type PruneOptions } from '@mediahooks/core';
import { sqliteInbox } from '@mediahooks/inbox-sqlite';
import { gcore } from '@mediahooks/providers';
import { answerOf, gate, incoming, startsAt } from '../platform.ts';
import { settled, standingClock } from '../standing-clock.ts';
import { brokenInbox, receiverWith, stop, turns } from './fixtures.ts';

const dayMs = 24 * 60 * 60 * 1000;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mediahooks-lifecycle-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('start', () => {
  test('with no handler at all is refused: every event would be done with, unhandled', async () => {
    const { clock, inbox, webhooks } = receiverWith();
    const { deliveryId } = await webhooks.receive(incoming());
    await expect(webhooks.start()).rejects.toMatchObject({ code: 'handler-missing' });
    await turns();
    expect((await inbox.get(deliveryId))?.events).toMatchObject([{ status: 'pending' }]);
    webhooks.on('*', () => undefined);
    await webhooks.start();
    await turns();
    expect((await inbox.get(deliveryId))?.events).toMatchObject([{ status: 'handled' }]);
    await stop(webhooks, clock);
  });

  test('twice begins once; without an inbox it does nothing', async () => {
    const { clock, webhooks } = receiverWith();
    let runs = 0;
    webhooks.on('*', () => {
      runs += 1;
    });
    await webhooks.start();
    await webhooks.start();
    await webhooks.receive(incoming());
    await turns();
    expect(runs).toBe(1);
    await stop(webhooks, clock);
    await expect(createWebhooks({ sources: { gcore: gcore() }, logger: false }).start()).resolves.toBeUndefined();
  });

  test('that the inbox refuses is refused', async () => {
    const { webhooks } = receiverWith({ inbox: brokenInbox() });
    webhooks.on('*', () => undefined);
    await expect(webhooks.start()).rejects.toMatchObject({ code: 'inbox-unavailable' });
  });
});

describe('stop', () => {
  test('waits for a handler, then closes; deliveries after it are answered 503', async () => {
    const { clock, webhooks } = receiverWith();
    const handler = gate();
    let done = false;
    webhooks.on('*', async () => {
      await handler.passed;
      done = true;
    });
    await webhooks.start();
    await webhooks.receive(incoming());
    await turns();
    let stopped = false;
    const stopping = webhooks.stop({ timeoutMs: 5000 }).then(() => {
      stopped = true;
    });
    await turns();
    expect(stopped).toBe(false);
    handler.open();
    await stopping;
    expect(done).toBe(true);
    expect(answerOf(await webhooks.receive(incoming({ body: '{"id":"b"}' })))).toEqual(['inbox-unavailable', 503]);
    expect(clock.timers).toBe(0);
  });

  test('aborts a handler that takes longer than it waits; after a restart the event is handled', async () => {
    const path = join(folder, 'inbox.db');
    const first = receiverWith({ path });
    let aborted = false;
    first.webhooks.on('*', (_event, { signal }) => {
      signal.addEventListener('abort', () => {
        aborted = true;
      });
      return new Promise(() => undefined);
    });
    await first.webhooks.start();
    await first.webhooks.receive(incoming());
    await turns();
    const stopping = first.webhooks.stop({ timeoutMs: 5000 });
    await turns();
    first.clock.pass(4999);
    await turns();
    expect(aborted).toBe(false);
    first.clock.pass(1);
    await turns();
    expect(aborted).toBe(true);
    first.clock.pass(1000);
    await stopping;

    const next = receiverWith({ path, clock: first.clock });
    const attempts: number[] = [];
    next.webhooks.on('*', (_event, { attempt }) => {
      attempts.push(attempt);
    });
    await next.webhooks.start();
    await turns();
    expect(attempts).toEqual([2]);
    await stop(next.webhooks, next.clock);
  });

  test('while it is being started leaves nothing behind that would keep the process', async () => {
    const { clock, told, webhooks } = receiverWith();
    webhooks.on('*', () => undefined);
    const starting = webhooks.start();
    await Promise.all([stop(webhooks, clock), starting]);
    await turns();
    expect(clock.timers).toBe(0);
    expect(told).toEqual([]);
  });

  test('takes its time once: what waiting for deliveries has used, the inbox does not get again', async () => {
    const clock = standingClock(startsAt);
    const limits: number[] = [];
    const inbox = brokenInbox({
      accept: () => new Promise(() => undefined),
      stop: async ({ timeoutMs }) => void limits.push(timeoutMs),
    });
    const { webhooks } = receiverWith({ clock, inbox });
    void webhooks.receive(incoming());
    await turns();
    const stopping = webhooks.stop({ timeoutMs: 3000 });
    await turns();
    clock.pass(3000);
    await stopping;
    expect(limits).toEqual([0]);
  });
});

test("Gcore's streams: what a body changes is known after a restart", async () => {
  const path = join(folder, 'inbox.db');
  const changes: string[] = [];
  const send = async (live: boolean, recording: boolean) => {
    const webhooks = createWebhooks({ sources: { gcore: gcore() }, inbox: sqliteInbox({ path }), logger: false });
    const body = JSON.stringify({ type: 'stream', message: { stream: { id: 7, live, recording } } });
    const outcome = await webhooks.receive(
      incoming({ body, headers: [] }, { path: '/gcore', socketAddress: '92.223.112.5' }),
    );
    changes.push(outcome.events.map(({ type }) => type).join(' '));
    await webhooks.stop();
  };
  await send(true, false);
  await send(true, true);
  await send(true, false);
  await send(true, false);
  await send(false, false);
  expect(changes).toEqual([
    'stream.started',
    'recording.started',
    'recording.finished',
    'stream.updated',
    'stream.paused',
  ]);
});

describe('retention', () => {
  const pruned = async (options: { retentionMs?: number | false } = {}) => {
    const clock = standingClock(startsAt);
    const calls: PruneOptions[] = [];
    const inbox = brokenInbox({
      start: async () => undefined,
      prune: async (limits) => {
        calls.push(limits);
        if (calls.length === 2) throw new Error('locked');
        return 0;
      },
    });
    const { told, webhooks } = receiverWith({ clock, inbox, ...options });
    webhooks.on('*', () => undefined);
    await webhooks.start();
    await settled();
    return { calls, clock, told, webhooks };
  };

  test('removes what is older than 30 days at the start and each hour, goes on after an error, and ends with stop', async () => {
    const { calls, clock, told, webhooks } = await pruned();
    expect(calls).toEqual([{ before: startsAt - 30 * dayMs, refused: { before: startsAt - 7 * dayMs, keep: 2000 } }]);
    for (let hour = 1; hour <= 2; hour += 1) {
      clock.pass(3_600_000);
      await settled();
    }
    expect(calls.map(({ before }) => before)).toEqual(
      [0, 1, 2].map((hours) => startsAt - 30 * dayMs + hours * 3_600_000),
    );
    expect(told.join()).toContain('locked');
    await webhooks.stop();
    clock.pass(3_600_000);
    expect(calls).toHaveLength(3);
    expect(clock.timers).toBe(0);
  });

  test('is as long as it was told, or for ever', async () => {
    expect((await pruned({ retentionMs: dayMs })).calls).toMatchObject([{ before: startsAt - dayMs }]);
    // why: what expires by itself, like the keys of duplicates, must go all the same.
    expect((await pruned({ retentionMs: false })).calls).toMatchObject([{ before: 0 }]);
    expect(() => receiverWith({ retentionMs: 0 })).toThrow(expect.objectContaining({ code: 'option-invalid' }));
  });
});
