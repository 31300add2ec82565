import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createWebhooks, defineProvider, ipAllowlist, type Provider } from '@mediahooks/core';
import { sqliteInbox } from '@mediahooks/inbox-sqlite';
import { z } from 'zod';
import { incoming, platform, startsAt } from '../platform.ts';
import { type StandingClock, standingClock } from '../standing-clock.ts';
import { brokenInbox, receiverWith, stop, turns } from './fixtures.ts';

let folder: string;
let clock: StandingClock;
let stops: (() => Promise<void>)[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mediahooks-replay-'));
  clock = standingClock(startsAt);
  stops = [];
});

afterEach(async () => {
  for (const one of stops) await one();
  rmSync(folder, { recursive: true, force: true });
});

const path = (): string => join(folder, 'inbox.db');

/** A receiver on the same file as all others of a test. */
const open = (provider: Provider = platform()) => {
  const inbox = sqliteInbox({ path: path(), clock });
  const webhooks = createWebhooks({ sources: { platform: provider }, inbox, clock, logger: false });
  const seen: unknown[] = [];
  webhooks.on('*', ({ payload, type }) => {
    seen.push([type, payload]);
  });
  stops.push(() => stop(webhooks, clock));
  return { inbox, webhooks, seen };
};

test('a handled delivery is handled again, under its own id', async () => {
  const { inbox, seen, webhooks } = open();
  const { deliveryId } = await webhooks.receive(incoming());
  await webhooks.start();
  await turns();
  expect(await webhooks.replay(deliveryId)).toEqual({ kind: 'replayed', events: 1 });
  await turns();
  expect(seen).toEqual([
    ['changed', [{ id: 'a' }]],
    ['changed', [{ id: 'a' }]],
  ]);
  expect((await inbox.list({}, { limit: 10 })).deliveries).toHaveLength(1);
});

test('of a delivery whose event is waiting or running, nothing is put in line twice', async () => {
  const { seen, webhooks } = open();
  const { deliveryId } = await webhooks.receive(incoming());
  expect(await webhooks.replay(deliveryId)).toEqual({ kind: 'replayed', events: 0 });
  await webhooks.start();
  await turns();
  expect(seen).toHaveLength(1);
});

test('its timestamp is judged by when it was received: a year later it still passes', async () => {
  const { webhooks } = open();
  const { deliveryId } = await webhooks.receive(incoming());
  const old = incoming({ timestamp: startsAt - 6 * 60_000 });
  expect((await webhooks.receive(old)).rejection?.code).toBe('credential-expired');
  clock.pass(365 * 24 * 3_600_000);
  expect(await webhooks.replay(deliveryId)).toMatchObject({ kind: 'replayed' });
  expect((await webhooks.receive(incoming())).rejection?.code).toBe('credential-expired');
});

test.each([
  ['its body', 'UPDATE deliveries SET body = CAST(\'{"id":"b"}\' AS BLOB)'],
  ['its signature', "UPDATE deliveries SET headers = replace(headers, 'v1=', 'v1=0')"],
  ['its time', 'UPDATE deliveries SET received_at = received_at + 600000'],
])('a delivery is refused where %s was tampered with in the file', async (_title, tampering) => {
  const { inbox, seen, webhooks } = open();
  const { deliveryId } = await webhooks.receive(incoming());
  await webhooks.start();
  await turns();
  const file = new DatabaseSync(path());
  file.exec(tampering);
  file.close();
  expect(await webhooks.replay(deliveryId)).toMatchObject({
    kind: 'refused',
    rejection: { code: expect.stringMatching(/^credential-/) },
  });
  await turns();
  expect(seen).toHaveLength(1);
  expect((await inbox.get(deliveryId))?.events).toMatchObject([{ status: 'handled' }]);
});

test('a delivery that was damaged is not replayed, and why is told without what it holds', async () => {
  const { seen, webhooks } = open();
  const { deliveryId } = await webhooks.receive(incoming());
  const file = new DatabaseSync(path());
  file.exec("UPDATE deliveries SET headers = 'hunter2'");
  file.close();
  const why = `The delivery ${deliveryId} is damaged. It cannot be read: What is stored as headers is not JSON.`;
  expect(await webhooks.replay(deliveryId)).toEqual({ kind: 'unreadable', why });
  expect(await webhooks.replay('nobody')).toEqual({ kind: 'not-found' });
  expect(seen).toEqual([]);
});

test('an event with a damaged status is handled when it is replayed; one that cannot be put in line says why', async () => {
  const { inbox, seen, webhooks } = open();
  const { deliveryId } = await webhooks.receive(incoming());
  const file = new DatabaseSync(path());
  file.exec("UPDATE events SET payload = '{'");
  const why = 'It cannot be read: What is stored as payload is not JSON.';
  expect(await webhooks.replay(deliveryId)).toEqual({ kind: 'unreadable', why });
  file.exec("UPDATE events SET payload = '[]', status = 'lost'");
  file.close();
  expect(await webhooks.replay(deliveryId)).toEqual({ kind: 'replayed', events: 1 });
  await webhooks.start();
  await turns();
  expect((await inbox.get(deliveryId))?.events).toMatchObject([{ status: 'handled' }]);
  expect(seen).toHaveLength(1);
});

test('the address is checked again, as it was kept', async () => {
  const from = (ranges: readonly string[]) =>
    defineProvider({
      name: 'platform',
      guards: [ipAllowlist({ ranges })],
      schema: z.looseObject({}),
      types: ['changed'],
      events: (payload) => [{ type: 'changed', payload }],
    });
  const first = open(from(['198.51.100.0/24']));
  const { deliveryId } = await first.webhooks.receive(incoming({ headers: [] }));
  expect(await first.webhooks.replay(deliveryId)).toMatchObject({ kind: 'replayed' });
  expect(await open(from(['203.0.113.0/24'])).webhooks.replay(deliveryId)).toMatchObject({
    kind: 'refused',
    rejection: { code: 'address-not-allowed' },
  });
});

test('a secret that was taken away refuses what it had proven', async () => {
  const { deliveryId } = await open().webhooks.receive(incoming());
  const { hmac } = await import('@mediahooks/core');
  const changed = defineProvider({
    name: 'platform',
    guards: [
      hmac({
        secret: 'another-secret-0002',
        header: 'x-signature',
        fields: { timestamp: 't', signature: 'v1' },
        timestampUnit: 'ms',
      }),
    ],
    schema: z.looseObject({}),
    types: ['changed'],
    events: (payload) => [{ type: 'changed', payload }],
  });
  expect(await open(changed).webhooks.replay(deliveryId)).toMatchObject({
    kind: 'refused',
    rejection: { code: 'credential-invalid' },
  });
});

describe('a quarantined delivery', () => {
  const body = '{"name":"no id at first"}';

  test('stays so while the schema refuses it; after an upgrade its events are made and handled', async () => {
    const before = open();
    const { deliveryId } = await before.webhooks.receive(incoming({ body }));
    expect(await before.webhooks.replay(deliveryId)).toMatchObject({
      kind: 'refused',
      rejection: { code: 'invalid-payload' },
    });
    expect((await before.inbox.get(deliveryId))?.outcome).toBe('quarantined');

    const old = platform();
    const upgraded: Provider = { ...old, read: (payload) => ({ drafts: [{ type: 'changed', payload }] }) };
    const after = open(upgraded);
    expect(await after.webhooks.replay(deliveryId)).toEqual({ kind: 'replayed', events: 1 });
    expect(await after.inbox.get(deliveryId)).toMatchObject({ outcome: 'stored', rejection: undefined });
    await after.webhooks.start();
    await turns();
    expect(after.seen).toEqual([['changed', { name: 'no id at first' }]]);
  });
});

test('a dead letter is tried anew, its attempts counted from one', async () => {
  const { inbox, webhooks } = receiverWith({ clock, path: path(), retry: { attempts: 1 } });
  stops.push(() => stop(webhooks, clock));
  const attempts: number[] = [];
  webhooks.on('*', (_event, { attempt }) => {
    attempts.push(attempt);
    if (attempts.length === 1) throw new Error('once');
  });
  const { deliveryId } = await webhooks.receive(incoming());
  await webhooks.start();
  await turns();
  expect((await inbox.get(deliveryId))?.events).toMatchObject([{ status: 'dead' }]);
  expect(await webhooks.replay(deliveryId)).toEqual({ kind: 'replayed', events: 1 });
  await turns();
  expect(attempts).toEqual([1, 1]);
  expect((await inbox.get(deliveryId))?.events).toMatchObject([{ status: 'handled' }]);
});

test('what is not there is not found; without its source it is refused', async () => {
  const { inbox, webhooks } = open();
  expect(await webhooks.replay('nobody')).toEqual({ kind: 'not-found' });
  const { deliveryId } = await webhooks.receive(incoming());
  const other = createWebhooks({ sources: { renamed: platform() }, inbox, clock, logger: false });
  expect(await other.replay(deliveryId)).toMatchObject({ kind: 'refused', rejection: { code: 'unknown-source' } });
});

test('without an inbox there is no replay, and without its engine neither', async () => {
  const direct = createWebhooks({ sources: { platform: platform() }, logger: false });
  await expect(direct.replay('any')).rejects.toMatchObject({ code: 'inbox-missing' });
  const { webhooks } = receiverWith({ inbox: brokenInbox() });
  await expect(webhooks.replay('any')).rejects.toMatchObject({ code: 'inbox-unavailable' });
});
