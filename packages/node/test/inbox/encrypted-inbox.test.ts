import { readdirSync, readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import {
  createWebhooks,
  LeaseLostError,
  type Logger,
  type Observer,
  UnreadableDeliveryError,
  UnreadableEventError,
} from '@mediahooks/core';
import { type SqliteInboxOptions, sqliteInbox } from '@mediahooks/inbox-sqlite';
import { answerOf, incoming, platform, signature } from '../../../core/test/platform.ts';
import { eventually, temporaryFolder } from './temporary-folder.ts';

const key = Buffer.alloc(32, 7);
const otherKey = Buffer.alloc(32, 8);
const body = '{"id":"a","title":"a plaintext title"}';
const startsAt = Date.now();

let folder: ReturnType<typeof temporaryFolder>;
let stops: (() => Promise<void>)[];

beforeEach(() => {
  folder = temporaryFolder();
  stops = [];
});

afterEach(async () => {
  for (const stop of stops) await stop();
  folder.remove();
});

const receiver = (
  encryption: SqliteInboxOptions['encryption'] | undefined,
  logger: Logger | false = false,
  observe: Observer = {},
) => {
  const inbox = sqliteInbox({
    path: folder.path('inbox.db'),
    pollMs: 20,
    ...(encryption !== undefined && { encryption }),
  });
  const webhooks = createWebhooks({
    sources: { platform: platform() },
    inbox,
    logger,
    observe,
    retry: { firstDelayMs: 1, factor: 1 },
  });
  stops.push(() => webhooks.stop({ timeoutMs: 100 }));
  return { inbox, webhooks };
};

const send = (sent: string = body) =>
  incoming(
    { body: sent, headers: ['X-Signature', signature(sent, startsAt), 'X-Note', 'a plaintext header'] },
    {
      query: 'note=a-plaintext-query',
    },
  );

/** Everything in the folder, as bytes that text can be looked for in. */
const onDisk = (): string =>
  readdirSync(folder.root)
    .map((name) => readFileSync(folder.path(name), 'latin1'))
    .join('\n');

test('nothing of what was sent or said of it can be read in the database file', async () => {
  const { inbox, webhooks } = receiver({ key });
  webhooks.on('*', ({ payload }) => {
    throw new Error(`a plaintext error over ${JSON.stringify(payload)}`);
  });
  const outcome = await webhooks.receive(send());
  const invalid = '{"plaintext":"invalid"}';
  expect(answerOf(await webhooks.receive(send(invalid)))).toEqual(['invalid-payload', 202]);
  await webhooks.start();
  const attempts = await eventually(
    () => inbox.attempts(`${outcome.deliveryId}.0`),
    ([first]) => first?.endedAt !== undefined,
  );
  expect(attempts[0]?.error).toContain('a plaintext error');
  expect(onDisk()).toContain(outcome.deliveryId);
  expect(onDisk()).not.toContain('plaintext');
});

test('without encryption all of it can be read there', async () => {
  const { webhooks } = receiver(undefined);
  await webhooks.receive(send());
  for (const text of ['a plaintext title', 'a plaintext header', 'a-plaintext-query']) expect(onDisk()).toContain(text);
});

test('handlers, lists and replays get what was sent', async () => {
  const { inbox, webhooks } = receiver({ key });
  const seen: unknown[] = [];
  webhooks.on('platform.changed', ({ payload, delivery }) => {
    seen.push([
      payload,
      delivery.headers.get('x-note'),
      delivery.query.get('note'),
      Buffer.from(delivery.body).toString(),
    ]);
  });
  const { deliveryId, events } = await webhooks.receive(send());
  const payload = [{ id: 'a', title: 'a plaintext title' }];
  expect(events.map((event) => event.payload)).toEqual([payload]);
  await webhooks.start();
  await eventually(
    () => seen.length,
    (count) => count === 1,
  );
  expect(seen).toEqual([[payload, 'a plaintext header', 'a-plaintext-query', body]]);
  const { deliveries } = await inbox.list({}, { limit: 10 });
  expect(deliveries.map((one) => one.events[0]?.payload)).toEqual([payload]);
  expect((await inbox.get(deliveryId))?.events[0]?.payload).toEqual(payload);
  await eventually(
    () => inbox.get(deliveryId),
    (one) => one?.events[0]?.status === 'handled',
  );
  expect(await webhooks.replay(deliveryId)).toEqual({ kind: 'replayed', events: 1 });
  await eventually(
    () => seen.length,
    (count) => count === 2,
  );
});

test('what is quarantined keeps its hint, and its replay', async () => {
  const { inbox, webhooks } = receiver({ key });
  const { deliveryId } = await webhooks.receive(send('{"no":"id"}'));
  expect((await inbox.get(deliveryId))?.rejection).toMatchObject({
    code: 'invalid-payload',
    hint: expect.stringMatching(/\w/),
  });
  expect(await webhooks.replay(deliveryId)).toMatchObject({ kind: 'refused', rejection: { code: 'invalid-payload' } });
});

describe('a dead letter of a process that died', () => {
  test.each([
    ['decrypted', key, [{ id: 'a', title: 'a plaintext title' }], undefined],
    ['without its content where the key is missing', otherKey, undefined, undefined],
    ['without its content where no encryption is configured', undefined, undefined, undefined],
    [
      'as unreadable where what is encrypted is damaged',
      key,
      undefined,
      "status = 'pending', attempts = 0, payload = '{'",
    ],
  ])('is told of %s', async (_how, given, payload, damage) => {
    const sent = receiver({ key });
    const { deliveryId } = await sent.webhooks.receive(send());
    await sent.webhooks.stop();
    const file = new DatabaseSync(folder.path('inbox.db'));
    file.exec("UPDATE events SET status = 'running', attempts = 10, lease = '-', lease_until = 1");
    if (damage !== undefined) file.exec(`UPDATE events SET ${damage}`);
    file.close();
    const told = new Promise<unknown>((resolve) => {
      const dead: Observer['dead'] = ({ id }, event, error) =>
        resolve([id, event.payload, error instanceof LeaseLostError, error instanceof UnreadableEventError]);
      const { webhooks } = receiver(given && { key: given }, false, { dead });
      webhooks.on('*', () => undefined);
      webhooks.start();
    });
    expect(await told).toEqual([deliveryId, payload, damage === undefined, damage !== undefined]);
  });
});

test('an old key opens what it has sealed, beside a new one', async () => {
  const { deliveryId } = await receiver({ key: otherKey }).webhooks.receive(send());
  const { inbox } = receiver({ key: [key, otherKey] });
  expect((await inbox.get(deliveryId))?.events[0]?.payload).toEqual([{ id: 'a', title: 'a plaintext title' }]);
});

describe.each([
  [
    'a key missing',
    { key },
    'The key it was sealed with is not among the configured ones.',
    'It cannot be decrypted with the configured keys.',
  ],
  [
    'no encryption configured',
    undefined,
    'The inbox is encrypted, and this process has no "encryption" configured.',
    'It cannot be decrypted: the inbox is encrypted, and this process has no "encryption" configured.',
  ],
])('with %s', (_how, encryption, why, unreadable) => {
  test('an event fails with a retry and is told of; it is handled once the key is there', async () => {
    const { deliveryId } = await receiver({ key: otherKey }).webhooks.receive(send());
    const told: string[] = [];
    const note = (fields: object, message: string) => void told.push(`${message} ${JSON.stringify(fields)}`);
    const wrong = receiver(encryption, { debug: note, info: note, warn: note, error: note });
    let runs = 0;
    wrong.webhooks.on('*', () => {
      runs += 1;
    });
    await wrong.webhooks.start();
    const attempts = await eventually(
      () => wrong.inbox.attempts(`${deliveryId}.0`),
      (all) => all.length >= 2,
    );
    expect(attempts[0]?.error).toContain(why);
    expect(runs).toBe(0);
    expect(told.join('\n')).toMatch(/event failed.*What is stored cannot be decrypted/);
    expect(told.join('\n')).not.toContain('mediahooks sealed');
    const event = { id: `${deliveryId}.0`, type: 'changed', payload: undefined, unreadable };
    expect((await wrong.inbox.list({}, { limit: 1 })).deliveries[0]).toMatchObject({ id: deliveryId, events: [event] });
    expect(await wrong.inbox.get(deliveryId)).toMatchObject({ id: deliveryId, events: [event] });
    const history = { events: [event], cursor: undefined };
    expect(await wrong.inbox.events({ subject: 'platform item:a' }, { limit: 5 })).toMatchObject(history);
    expect(await wrong.webhooks.inspectEvents('platform item:a', { limit: 5 })).toMatchObject(history);
    const whole = `What is stored cannot be decrypted. ${why}`;
    await expect(wrong.inbox.load(deliveryId)).rejects.toMatchObject({ code: 'decryption-failed', message: whole });
    await expect(wrong.inbox.load(deliveryId)).rejects.toBeInstanceOf(UnreadableDeliveryError);
    expect(await wrong.webhooks.inspect(deliveryId)).toMatchObject({
      id: deliveryId,
      bodyPart: 'unreadable',
      headers: [],
      events: [{ id: `${deliveryId}.0`, type: 'changed' }],
      unreadable: whole,
    });
    expect(await wrong.webhooks.replay(deliveryId)).toEqual({ kind: 'unreadable', why: whole });
    await wrong.webhooks.stop();

    const right = receiver({ key: [key, otherKey] });
    const handled = new Promise((resolve) => right.webhooks.on('*', ({ payload }) => resolve(payload)));
    await right.webhooks.replay(deliveryId);
    await right.webhooks.start();
    expect(await handled).toEqual([{ id: 'a', title: 'a plaintext title' }]);
  });

  test('what was said of it is not shown as it is stored', async () => {
    const sent = receiver({ key: otherKey });
    sent.webhooks.on('*', () => {
      throw new Error('a plaintext error');
    });
    const { deliveryId } = await sent.webhooks.receive(send());
    const invalid = await sent.webhooks.receive(send('{"plaintext":"invalid"}'));
    await sent.webhooks.start();
    await eventually(
      () => sent.inbox.attempts(`${deliveryId}.0`),
      ([first]) => first?.endedAt !== undefined,
    );
    await sent.webhooks.stop();
    const { inbox } = receiver(encryption);
    const errors = (await inbox.attempts(`${deliveryId}.0`)).map(({ error }) => error);
    expect(new Set(errors)).toEqual(new Set(['It cannot be decrypted.']));
    const rejection = { code: 'invalid-payload', hint: unreadable };
    expect(await inbox.get(invalid.deliveryId)).toMatchObject({ outcome: 'quarantined', rejection });
    const { deliveries } = await inbox.list({ outcome: 'quarantined' }, { limit: 5 });
    expect(deliveries).toMatchObject([{ id: invalid.deliveryId, rejection }]);
  });
});

test('a body that was exchanged in the file for that of another delivery is noticed', async () => {
  const { inbox, webhooks } = receiver({ key });
  const first = await webhooks.receive(send());
  const second = await webhooks.receive(send('{"id":"b"}'));
  const file = new DatabaseSync(folder.path('inbox.db'));
  file
    .prepare('UPDATE deliveries SET body = (SELECT body FROM deliveries WHERE id = ?) WHERE id = ?')
    .run(second.deliveryId, first.deliveryId);
  file.close();
  await expect(inbox.load(first.deliveryId)).rejects.toMatchObject({
    code: 'decryption-failed',
    message: expect.stringContaining('changed since it was sealed'),
  });
  await expect(inbox.load(second.deliveryId)).resolves.toBeDefined();
});

test('what was kept before encryption was turned on stays readable', async () => {
  const { deliveryId } = await receiver(undefined).webhooks.receive(send());
  const { inbox } = receiver({ key });
  expect((await inbox.get(deliveryId))?.events[0]?.payload).toEqual([{ id: 'a', title: 'a plaintext title' }]);
  expect(Buffer.from((await inbox.load(deliveryId))?.body ?? []).toString()).toBe(body);
});
