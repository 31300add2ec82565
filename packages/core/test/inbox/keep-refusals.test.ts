import { createWebhooks, headersFromEntries, type Inbox, InboxUnavailableError } from '@mediahooks/core';
import { sqliteInbox } from '@mediahooks/inbox-sqlite';
import { incoming, platform, startsAt } from '../platform.ts';
import { type StandingClock, standingClock } from '../standing-clock.ts';
import { brokenInbox, receiverWith, stop, turns } from './fixtures.ts';

let clock: StandingClock;
let stops: (() => Promise<void>)[];
beforeEach(() => {
  clock = standingClock(startsAt);
  stops = [];
});
afterEach(async () => {
  for (const one of stops) await one();
});

const open = (options: Parameters<typeof receiverWith>[0] = {}) => {
  const receiver = receiverWith({ clock, ...options });
  stops.push(() => stop(receiver.webhooks, clock));
  return receiver;
};

/** What is written after the answer is written. */
const settle = async (): Promise<void> => {
  clock.pass(0);
  await turns();
};

const forged = (body = '{"id":"forged"}') =>
  incoming({ body, headers: ['x-signature', `t=${startsAt},v1=${'0'.repeat(64)}`] });

const refused = async (inbox: Inbox) => (await inbox.list({ outcome: 'rejected' }, { limit: 100 })).deliveries;

test('a refused delivery is kept whole, with why, and only after its answer', async () => {
  const { inbox, webhooks } = open();
  const { deliveryId, rejection } = await webhooks.receive(forged());
  await turns();
  expect(await inbox.get(deliveryId)).toBeUndefined();
  await settle();
  expect(await inbox.get(deliveryId)).toMatchObject({ outcome: 'rejected', source: 'platform', rejection, events: [] });
  const { body, bodyPart } = (await inbox.load(deliveryId)) ?? {};
  expect([new TextDecoder().decode(body), bodyPart]).toEqual(['{"id":"forged"}', undefined]);
});

test('keepRefusals: false keeps none', async () => {
  const { inbox, webhooks } = open({ keepRefusals: false });
  await webhooks.receive(forged());
  await settle();
  expect(await refused(inbox)).toEqual([]);
});

test('one that was refused before its body was read says so, and cannot be replayed', async () => {
  const { inbox, webhooks } = open();
  const { deliveryId } = await webhooks.receive({ ...forged(), method: 'GET' });
  await settle();
  expect(await inbox.load(deliveryId)).toMatchObject({ bodyPart: 'unread', body: new Uint8Array() });
  expect(await webhooks.inspect(deliveryId)).toMatchObject({ bodyPart: 'unread', outcome: 'rejected' });
  expect(await webhooks.replay(deliveryId)).toMatchObject({ kind: 'refused', rejection: { code: 'body-incomplete' } });
});

test('a long body is cut, and then cannot be replayed', async () => {
  const { inbox, webhooks } = open({ keepRefusals: { maxBodyBytes: 8 } });
  const { deliveryId } = await webhooks.receive(forged());
  await settle();
  expect(new TextDecoder().decode((await inbox.load(deliveryId))?.body)).toBe('{"id":"f');
  expect(await webhooks.replay(deliveryId)).toMatchObject({ kind: 'refused', rejection: { code: 'body-incomplete' } });
});

test('of a path that names no source neither credentials nor the query are kept, and no name', async () => {
  const { inbox, webhooks } = open();
  const headers = headersFromEntries([
    ['Authorization', 'Bearer secret-0001'],
    ['Cookie', 'secret-0002'],
    ['User-Agent', 'test'],
    ['X-Signature', 'secret-0003'],
  ]);
  const { deliveryId } = await webhooks.receive({
    ...forged(),
    path: '/mistyped/secret-0004',
    query: 'a=secret-0005',
    headers,
  });
  await settle();
  expect(await inbox.load(deliveryId)).toMatchObject({
    source: '',
    query: '',
    pathToken: undefined,
    headers: [
      ['user-agent', 'test'],
      ['x-signature', 'secret-0003'],
    ],
  });
  const shown = JSON.stringify(await webhooks.inspect(deliveryId));
  expect(shown).not.toMatch(/secret-000/);
  expect(shown).toContain('unknown-source');
  expect(await webhooks.replay(deliveryId)).toMatchObject({ kind: 'refused', rejection: { code: 'unknown-source' } });
});

test('a wrong credential is kept for a replay, and never shown', async () => {
  const { inbox, webhooks } = open();
  const { deliveryId } = await webhooks.receive(
    incoming({ headers: ['x-signature', 'the-wrong-credential'], body: '{"note":"the-wrong-credential"}' }),
  );
  await settle();
  expect(JSON.stringify((await inbox.load(deliveryId))?.headers)).toContain('the-wrong-credential');
  const shown = await webhooks.inspect(deliveryId);
  expect(`${JSON.stringify(shown)}${new TextDecoder().decode(shown?.body)}`).not.toContain('the-wrong-credential');
});

describe('a flood', () => {
  test('is kept up to the rate, and counted beyond it; a minute later others are kept', async () => {
    const { inbox, webhooks } = open({ keepRefusals: { perMinute: 3 } });
    for (let count = 0; count < 10; count += 1) await webhooks.receive(forged());
    await settle();
    expect(await refused(inbox)).toHaveLength(3);
    clock.pass(10_000);
    await turns();
    const minute = { from: startsAt, until: startsAt + 1, stepMs: 60_000 };
    expect(await inbox.activity(minute)).toMatchObject([{ source: 'platform', outcome: 'rejected', count: 10 }]);
    clock.pass(60_000);
    await webhooks.receive(forged());
    await settle();
    expect(await refused(inbox)).toHaveLength(4);
  });

  test('is written whole when the receiver stops: what was kept, and what was only counted', async () => {
    const { inbox, webhooks } = open({ keepRefusals: { perMinute: 3 } });
    for (let count = 0; count < 10; count += 1) await webhooks.receive(forged());
    const counted: number[] = [];
    let keptAtStop = 0;
    const { countRefused, keep } = inbox;
    Object.assign(inbox, {
      async countRefused(counts: Parameters<Inbox['countRefused']>[0]) {
        counted.push(...counts.map((one) => one.count));
        return countRefused(counts);
      },
      async keep(...given: Parameters<Inbox['keep']>) {
        await keep(...given);
        keptAtStop += 1;
      },
    });
    await stop(webhooks, clock);
    expect({ keptAtStop, counted }).toEqual({ keptAtStop: 3, counted: [7] });
  });

  test('leaves the newest only', async () => {
    const { inbox, webhooks } = open({ keepRefusals: { maxKept: 4 } });
    const ids: string[] = [];
    for (let count = 0; count < 9; count += 1) {
      ids.unshift((await webhooks.receive(forged())).deliveryId);
      clock.pass(1);
      await settle();
    }
    expect((await refused(inbox)).map(({ id }) => id)).toEqual(ids.slice(0, 4));
  });
});

test('what the inbox cannot keep changes no answer, and is not told of', async () => {
  const { told, webhooks } = open({ inbox: brokenInbox({ stop: async () => undefined }) });
  const { rejection } = await webhooks.receive(forged());
  await settle();
  expect(rejection?.code).toBe('credential-invalid');
  expect(told.filter((line) => !line.startsWith('warn delivery rejected'))).toEqual([]);
});

test('a delivery that the inbox could not store is not kept as a refused one', async () => {
  const kept: string[] = [];
  const inbox = brokenInbox({
    accept: async () => {
      throw new InboxUnavailableError('away');
    },
    keep: async (_delivery, outcome) => void kept.push(outcome),
  });
  const { webhooks } = open({ inbox });
  expect((await webhooks.receive(incoming())).rejection?.code).toBe('inbox-unavailable');
  await settle();
  expect(kept).toEqual([]);
});

test('a serverless platform is kept alive until it is written', async () => {
  const { inbox, webhooks } = open();
  const works: Promise<unknown>[] = [];
  const { deliveryId } = await webhooks.receive({ ...forged(), waitUntil: (work) => void works.push(work) });
  clock.pass(0);
  await Promise.all(works);
  expect(works).toHaveLength(1);
  expect((await inbox.get(deliveryId))?.outcome).toBe('rejected');
});

test('a platform that refuses to be kept alive has its answer all the same, and the refusal is kept once', async () => {
  const { inbox, webhooks } = open();
  const waitUntil = (): never => {
    throw new Error('not within a request');
  };
  const { deliveryId, rejection } = await webhooks.receive({ ...forged(), waitUntil });
  expect(rejection?.code).toBe('credential-invalid');
  await settle();
  expect((await refused(inbox)).map(({ id }) => id)).toEqual([deliveryId]);
});

describe('a replay of a delivery that a misconfigured secret has refused', () => {
  const misconfigured = async (inbox: Inbox, body?: string) => {
    const { hmac, defineProvider } = await import('@mediahooks/core');
    const { z } = await import('zod');
    const wrong = defineProvider({
      name: 'platform',
      guards: [
        hmac({
          secret: 'not-the-secret-0009',
          header: 'x-signature',
          fields: { timestamp: 't', signature: 'v1' },
          timestampUnit: 'ms',
        }),
      ],
      schema: z.looseObject({}),
      types: ['changed'],
      events: (payload) => [{ type: 'changed', payload }],
    });
    const webhooks = createWebhooks({ sources: { platform: wrong }, inbox, clock, logger: false });
    const { deliveryId, rejection } = await webhooks.receive(incoming(body === undefined ? {} : { body }));
    await settle();
    expect(rejection?.code).toBe('credential-invalid');
    expect(await webhooks.replay(deliveryId)).toMatchObject({
      kind: 'refused',
      rejection: { code: 'credential-invalid' },
    });
    return deliveryId;
  };

  test('makes its events once the secret is mended, and only once', async () => {
    const { inbox, webhooks } = open();
    const id = await misconfigured(inbox);
    const again = await Promise.all([webhooks.replay(id), webhooks.replay(id)]);
    expect(again).toEqual([
      { kind: 'replayed', events: 1 },
      { kind: 'replayed', events: 0 },
    ]);
    expect(await inbox.get(id)).toMatchObject({
      outcome: 'stored',
      rejection: undefined,
      events: [{ status: 'pending' }],
    });
  });

  test('is a duplicate where the platform has sent it again meanwhile', async () => {
    const inbox = sqliteInbox({ path: ':memory:', clock });
    const provider = platform({ dedupe: { window: 3_600_000 } });
    const webhooks = createWebhooks({ sources: { platform: provider }, inbox, clock, logger: false });
    webhooks.on('*', () => undefined);
    stops.push(() => stop(webhooks, clock));
    const id = await misconfigured(inbox);
    const { deliveryId, kind } = await webhooks.receive(incoming());
    expect(kind).toBe('stored');
    expect(await webhooks.replay(id)).toEqual({ kind: 'duplicate', of: deliveryId });
    expect(await inbox.get(id)).toMatchObject({ outcome: 'duplicate', duplicateOf: deliveryId, events: [] });
  });

  test('makes what comes after it a duplicate', async () => {
    const inbox = sqliteInbox({ path: ':memory:', clock });
    const provider = platform({ dedupe: { window: 3_600_000 } });
    const webhooks = createWebhooks({ sources: { platform: provider }, inbox, clock, logger: false });
    webhooks.on('*', () => undefined);
    stops.push(() => stop(webhooks, clock));
    const id = await misconfigured(inbox);
    expect(await webhooks.replay(id)).toEqual({ kind: 'replayed', events: 1 });
    expect((await webhooks.receive(incoming())).kind).toBe('duplicate');
  });
});
