import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { LeaseLostError, NonRetryableError, UnreadableEventError, type WebhookEvent } from '@mediahooks/core';
import { answerOf, gate, incoming, secret } from '../platform.ts';
import { receiverWith, stop, turns } from './fixtures.ts';

type Opened = ReturnType<typeof receiverWith>;

let opened: Opened[];
beforeEach(() => {
  opened = [];
});
afterEach(async () => {
  for (const { clock, webhooks } of opened) await stop(webhooks, clock);
});

const open = (options: Parameters<typeof receiverWith>[0] = {}): Opened => {
  const receiver = receiverWith(options);
  opened.push(receiver);
  return receiver;
};

const eventsOf = async ({ inbox }: Opened, deliveryId: string) => (await inbox.get(deliveryId))?.events ?? [];

/** Lets `ms` pass, and everything that waits for that happen. */
const pass = async ({ clock }: Opened, ms: number): Promise<void> => {
  clock.pass(ms);
  await turns();
  clock.pass(1000);
  await turns();
};

test('a handler gets the event, what it came in, its attempt and a signal', async () => {
  const receiver = open();
  const seen: { event: WebhookEvent; attempt: number; aborted: boolean }[] = [];
  receiver.webhooks.on('platform.changed', (event, { attempt, signal }) => {
    seen.push({ event, attempt, aborted: signal.aborted });
  });
  const body = '{"id":"a","version":3}';
  const { deliveryId } = await receiver.webhooks.receive(incoming({ body, id: 'del_1' }));
  await receiver.webhooks.start();
  await turns();
  expect(seen).toMatchObject([
    {
      attempt: 1,
      aborted: false,
      event: {
        id: `${deliveryId}.0`,
        source: 'platform',
        type: 'changed',
        subject: 'item:a',
        version: 3,
        payload: [{ id: 'a', version: 3 }],
        delivery: { id: deliveryId, providerId: 'del_1', address: '198.51.100.7' },
      },
    },
  ]);
  const delivery = seen[0]?.event.delivery;
  expect(new TextDecoder().decode(delivery?.body)).toBe(body);
  expect(delivery?.headers.get('x-signature')).toBeUndefined();
  expect(delivery?.headers.get('x-delivery-id')).toBe('del_1');
  expect(await eventsOf(receiver, deliveryId)).toMatchObject([{ status: 'handled', attempts: 1 }]);
});

test('an event without a handler is done with, and told of', async () => {
  const ignored: string[] = [];
  const receiver = open({ observe: { ignored: (_delivery, { type }) => ignored.push(type) } });
  receiver.webhooks.on('platform.deleted', () => undefined);
  const { deliveryId } = await receiver.webhooks.receive(incoming());
  await receiver.webhooks.start();
  await turns();
  expect(ignored).toEqual(['changed']);
  expect(await eventsOf(receiver, deliveryId)).toMatchObject([{ status: 'ignored' }]);
});

describe('a handler that fails', () => {
  test('is called again when its time has come, not before, and told of each time', async () => {
    const failed: unknown[] = [];
    const receiver = open({ observe: { failed: (_delivery, _event, error) => failed.push(String(error)) } });
    const attempts: number[] = [];
    receiver.webhooks.on('*', (_event, { attempt }) => {
      attempts.push(attempt);
      if (attempt < 3) throw new Error(`failure ${attempt}`);
    });
    const { deliveryId } = await receiver.webhooks.receive(incoming());
    await receiver.webhooks.start();
    await turns();
    expect(await eventsOf(receiver, deliveryId)).toMatchObject([
      { status: 'pending', attempts: 1, runAt: receiver.clock.now() + 10_000 },
    ]);
    await pass(receiver, 8000);
    expect(attempts).toEqual([1]);
    await pass(receiver, 1000);
    expect(attempts).toEqual([1, 2]);
    await pass(receiver, 30_000);
    expect(attempts).toEqual([1, 2, 3]);
    expect(failed).toEqual(['Error: failure 1', 'Error: failure 2']);
    expect(await eventsOf(receiver, deliveryId)).toMatchObject([{ status: 'handled', attempts: 3 }]);
  });

  test('is not called again after its last attempt: the event is a dead letter, and told of as such', async () => {
    const dead: unknown[] = [];
    const receiver = open({
      retry: { attempts: 2 },
      observe: { dead: (_delivery, { type }, error, attempts) => dead.push([type, String(error), attempts]) },
    });
    let runs = 0;
    receiver.webhooks.on('*', () => {
      runs += 1;
      throw new Error('never');
    });
    const { deliveryId } = await receiver.webhooks.receive(incoming());
    await receiver.webhooks.start();
    await turns();
    expect(dead).toEqual([]);
    await pass(receiver, 20_000);
    await pass(receiver, 2_000_000);
    expect(runs).toBe(2);
    expect(dead).toEqual([['changed', 'Error: never', 2]]);
    expect(receiver.told.filter((line) => line.includes('is a dead letter'))).toHaveLength(1);
    expect(await eventsOf(receiver, deliveryId)).toMatchObject([{ status: 'dead' }]);
  });

  test('with NonRetryableError is not called again', async () => {
    const receiver = open();
    let runs = 0;
    receiver.webhooks.on('*', () => {
      runs += 1;
      throw new NonRetryableError('no such video');
    });
    const { deliveryId } = await receiver.webhooks.receive(incoming());
    await receiver.webhooks.start();
    await turns();
    await pass(receiver, 2_000_000);
    expect(runs).toBe(1);
    expect(await eventsOf(receiver, deliveryId)).toMatchObject([{ status: 'dead', attempts: 1 }]);
  });

  test('leaves an error without secrets: of the source, of the payload, or of the text of an inner error', async () => {
    const receiver = open();
    receiver.webhooks.on('*', ({ payload }) => {
      const cause = new Error(`sent ${secret}`);
      throw new Error(`refused ${JSON.stringify(payload)}`, { cause });
    });
    const body = '{"id":"a","streamKey":"live_secret_key"}';
    const { deliveryId } = await receiver.webhooks.receive(incoming({ body }));
    await receiver.webhooks.start();
    await turns();
    const [attempt] = await receiver.inbox.attempts(`${deliveryId}.0`);
    expect(attempt?.error).toContain('refused [{"id":"a","streamKey":"[redacted]"}]');
    expect(attempt?.error).toContain('Caused by: Error: sent [redacted]');
    for (const text of [attempt?.error, receiver.told.join('\n')]) {
      expect(text).not.toContain('live_secret_key');
      expect(text).not.toContain(secret);
    }
  });

  test('leaves an error of bounded length', async () => {
    const receiver = open();
    receiver.webhooks.on('*', () => {
      throw new Error('long '.repeat(1_000_000));
    });
    const { deliveryId } = await receiver.webhooks.receive(incoming());
    await receiver.webhooks.start();
    await turns();
    const [attempt] = await receiver.inbox.attempts(`${deliveryId}.0`);
    expect(attempt?.error?.length).toBeGreaterThan(1000);
    expect(attempt?.error?.length).toBeLessThan(10_000);
  });

  test('among several leaves the errors of all, and all run again', async () => {
    const receiver = open();
    const runs: string[] = [];
    receiver.webhooks.on('platform.changed', (_event, { attempt }) => {
      runs.push(`first ${attempt}`);
      if (attempt === 1) throw new Error('of the first');
    });
    receiver.webhooks.on('*', (_event, { attempt }) => {
      runs.push(`second ${attempt}`);
      if (attempt === 1) throw new Error('of the second');
    });
    const { deliveryId } = await receiver.webhooks.receive(incoming());
    await receiver.webhooks.start();
    await turns();
    await pass(receiver, 10_000);
    expect(runs).toEqual(['first 1', 'second 1', 'first 2', 'second 2']);
    const [attempt] = await receiver.inbox.attempts(`${deliveryId}.0`);
    expect(attempt?.error).toMatch(/of the first[\s\S]*of the second/);
  });
});

test('an event of a source that this receiver has not is tried again, told of, and lost to nobody', async () => {
  const { inbox, clock, webhooks } = open();
  const { deliveryId } = await webhooks.receive(incoming());
  const { createWebhooks } = await import('@mediahooks/core');
  const { platform } = await import('../platform.ts');
  const told: string[] = [];
  const note = (fields: object, message: string) => void told.push(`${message} ${JSON.stringify(fields)}`);
  const other = createWebhooks({
    sources: { renamed: platform() },
    inbox,
    clock,
    logger: { debug: note, info: note, warn: note, error: note },
  });
  other.on('*', () => undefined);
  await other.start();
  await turns();
  expect((await inbox.get(deliveryId))?.events).toMatchObject([{ status: 'pending', attempts: 1 }]);
  expect((await inbox.attempts(`${deliveryId}.0`))[0]?.error).toContain('no source "platform"');
  expect(told.join()).toMatch(/event failed.*no source/);
});

test('each event of a delivery is on its own: a failing one does not run the others again', async () => {
  const receiver = open();
  const runs: string[] = [];
  receiver.webhooks.on('*', (event, { attempt }) => {
    runs.push(`${event.subject} ${attempt}`);
    if (event.subject === 'item:b' && attempt === 1) throw new Error('once');
  });
  const outcome = await receiver.webhooks.receive(incoming({ body: '[{"id":"a"},{"id":"b"},{"id":"c"}]' }));
  expect(answerOf(outcome)).toEqual(['stored', 202]);
  await receiver.webhooks.start();
  await turns();
  await pass(receiver, 10_000);
  expect(runs).toEqual(['item:a 1', 'item:b 1', 'item:c 1', 'item:b 2']);
});

test('events of one subject wait for the one before, also while that is tried again; others go on', async () => {
  const receiver = open();
  const runs: string[] = [];
  const first = gate();
  receiver.webhooks.on('*', async (event, { attempt }) => {
    runs.push(`${event.subject} ${event.version} ${attempt}`);
    if (event.version === 1) await first.passed;
    if (event.version === 1 && attempt === 1) throw new Error('once');
  });
  await receiver.webhooks.start();
  for (const body of ['{"id":"a","version":1}', '{"id":"a","version":2}', '{"id":"b","version":7}']) {
    await receiver.webhooks.receive(incoming({ body }));
  }
  await turns();
  expect(runs).toEqual(['item:a 1 1', 'item:b 7 1']);
  first.open();
  await turns();
  await pass(receiver, 10_000);
  expect(runs).toEqual(['item:a 1 1', 'item:b 7 1', 'item:a 1 2', 'item:a 2 1']);
});

test('an event whose process died at its last attempt is told of as a dead letter, once, by the process that finds out', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mediahooks-'));
  const path = join(folder, 'inbox.db');
  const told: unknown[] = [];
  const receiver = open({
    path,
    observe: {
      failed: (_delivery, { id }, error) => told.push(['failed', id, String(error)]),
      dead: ({ id }, event, error, attempts) =>
        told.push(['dead', id, event.payload, event.delivery.providerId, error instanceof LeaseLostError, attempts]),
    },
  });
  receiver.webhooks.on('*', () => undefined);
  const { deliveryId } = await receiver.webhooks.receive(incoming({ id: 'del_1' }));
  const file = new DatabaseSync(path);
  file.exec("UPDATE events SET status = 'running', lease = 'dead', attempts = 10, lease_until = 1");
  file.close();
  await receiver.webhooks.start();
  await turns();
  await pass(receiver, 60_000);
  expect(told).toEqual([
    ['failed', `${deliveryId}.0`, expect.stringContaining('Nobody finished attempt 10')],
    ['dead', deliveryId, [{ id: 'a' }], 'del_1', true, 10],
  ]);
  expect(receiver.told.filter((line) => line.includes('is a dead letter'))).toHaveLength(1);
  expect(await eventsOf(receiver, deliveryId)).toMatchObject([{ status: 'dead', attempts: 10 }]);
  rmSync(folder, { recursive: true });
});

test('an event that the inbox cannot read is told of as a dead letter, once, without its content', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mediahooks-'));
  const path = join(folder, 'inbox.db');
  const told: unknown[] = [];
  const receiver = open({
    path,
    observe: {
      failed: (_delivery, { id }, error) => told.push(['failed', id, String(error)]),
      dead: ({ id, source }, { delivery, payload, type }, error, attempts) =>
        told.push([id, source, type, payload, delivery.body.length, error instanceof UnreadableEventError, attempts]),
    },
  });
  receiver.webhooks.on('*', () => undefined);
  const { deliveryId } = await receiver.webhooks.receive(incoming({ id: 'del_1' }));
  const file = new DatabaseSync(path);
  file.exec(`UPDATE deliveries SET headers = '["x-secret", ${secret}'`);
  await receiver.webhooks.start();
  await turns();
  await pass(receiver, 60_000);
  const error = 'It cannot be read: What is stored as headers is not JSON.';
  expect(told).toEqual([
    ['failed', `${deliveryId}.0`, `UnreadableEventError: ${error}`],
    [deliveryId, 'platform', 'changed', undefined, 0, true, 1],
  ]);
  expect(receiver.told.filter((line) => line.includes('is a dead letter'))).toHaveLength(1);
  expect(receiver.told.join('\n')).not.toContain(secret);
  expect(file.prepare('SELECT status, error FROM events JOIN attempts ON event_seq = events.seq').all()).toEqual([
    { status: 'dead', error },
  ]);
  file.close();
  rmSync(folder, { recursive: true });
});
