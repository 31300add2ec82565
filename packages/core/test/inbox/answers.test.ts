import { createWebhooks, defineProvider, headersFromRaw, type Outcome, outcomeResponse } from '@mediahooks/core';
import { sqliteInbox } from '@mediahooks/inbox-sqlite';
import { z } from 'zod';
import { answerOf, gate, incoming, platform, startsAt } from '../platform.ts';
import { standingClock } from '../standing-clock.ts';
import { brokenInbox, receiverWith, turns } from './fixtures.ts';

const kept = async ({ inbox }: ReturnType<typeof receiverWith>, { deliveryId }: Outcome) =>
  (await inbox.get(deliveryId))?.outcome;

describe('with an inbox is answered', () => {
  test('202 stored, to a delivery that is on disk; its events are told of', async () => {
    const receiver = receiverWith();
    const outcome = await receiver.webhooks.receive(incoming({ body: '{"id":"a","version":1}' }));
    expect(answerOf(outcome)).toEqual(['stored', 202]);
    expect(outcome.events).toMatchObject([{ type: 'changed', subject: 'item:a', version: 1, payload: [{ id: 'a' }] }]);
    expect(await kept(receiver, outcome)).toBe('stored');
  });

  test('200 duplicate, to one that comes again; it is kept, and counted', async () => {
    const seen: string[] = [];
    const receiver = receiverWith({ observe: { duplicate: ({ id }) => seen.push(id) } });
    await receiver.webhooks.receive(incoming({ id: 'del_1' }));
    const again = await receiver.webhooks.receive(incoming({ id: 'del_1' }));
    expect(answerOf(again)).toEqual(['duplicate', 200]);
    expect(seen).toEqual([again.deliveryId]);
    expect(await kept(receiver, again)).toBe('duplicate');
  });

  test.each([
    ['a part of a millisecond', 86_400_000.5],
    ['for ever', Number.MAX_VALUE],
  ])('202 and then 200 duplicate, where its window is %s', async (_name, window) => {
    const inbox = sqliteInbox({ path: ':memory:' });
    const webhooks = createWebhooks({ sources: { platform: platform({ dedupe: { window } }) }, logger: false, inbox });
    const delivery = { id: 'del_1', timestamp: Date.now() };
    expect(answerOf(await webhooks.receive(incoming(delivery)))).toEqual(['stored', 202]);
    expect(answerOf(await webhooks.receive(incoming(delivery)))).toEqual(['duplicate', 200]);
    await webhooks.stop();
  });

  test('200 stale, to an older version of its subject; 202 to a newer one and to an equal one', async () => {
    const seen: unknown[] = [];
    const receiver = receiverWith({ observe: { stale: (_delivery, { version }) => seen.push(version) } });
    const answers: unknown[] = [];
    for (const version of [2, 1, 2, 3]) {
      answers.push(
        answerOf(
          await receiver.webhooks.receive(
            incoming({ body: `{"id":"a","version":${version}}`, id: `${answers.length}` }),
          ),
        ),
      );
    }
    expect(answers).toEqual([
      ['stored', 202],
      ['stale', 200],
      // Of the same signed content: a duplicate.
      ['duplicate', 200],
      ['stored', 202],
    ]);
    expect(seen).toEqual([1]);
    const other = await receiver.webhooks.receive(incoming({ body: '{"id":"a","version":3,"more":1}', id: 'x' }));
    expect(answerOf(other)).toEqual(['stored', 202]);
  });

  test('202 to a delivery of which only some events are stale', async () => {
    const receiver = receiverWith();
    await receiver.webhooks.receive(incoming({ body: '{"id":"a","version":2}' }));
    const mixed = await receiver.webhooks.receive(
      incoming({ body: '[{"id":"a","version":1},{"id":"b","version":1}]' }),
    );
    expect(answerOf(mixed)).toEqual(['stored', 202]);
    expect((await receiver.inbox.get(mixed.deliveryId))?.events.map(({ status }) => status)).toEqual([
      'stale',
      'pending',
    ]);
  });

  test('202 with the code, to one that is authentic and not valid; it is quarantined whole', async () => {
    const receiver = receiverWith();
    const outcome = await receiver.webhooks.receive(incoming({ body: '{"no":"id"}' }));
    expect(answerOf(outcome)).toEqual(['invalid-payload', 202]);
    expect(outcome.kind).toBe('quarantined');
    expect(JSON.parse(outcomeResponse(outcome).body)).toMatchObject({
      outcome: 'quarantined',
      code: 'invalid-payload',
    });
    expect(await kept(receiver, outcome)).toBe('quarantined');
    const stored = await receiver.inbox.load(outcome.deliveryId);
    expect(new TextDecoder().decode(stored?.body)).toBe('{"no":"id"}');
  });

  test('400 malformed-body, to one that is authentic and no JSON; it is kept', async () => {
    const receiver = receiverWith();
    const outcome = await receiver.webhooks.receive(incoming({ body: '{"id":' }));
    expect(answerOf(outcome)).toEqual(['malformed-body', 400]);
    expect(await kept(receiver, outcome)).toBe('quarantined');
  });

  test('401 to a forgery, valid or not; nothing of it is kept', async () => {
    const receiver = receiverWith();
    for (const body of ['{"id":"a"}', '{"no":"id"}', '{"id":']) {
      const forged = incoming({ body, headers: ['X-Signature', `t=${startsAt},v1=${'0'.repeat(64)}`] });
      expect(answerOf(await receiver.webhooks.receive(forged))).toEqual(['credential-invalid', 401]);
    }
    expect((await receiver.inbox.stats()).deliveries).toEqual({ stored: 0, duplicate: 0, quarantined: 0, rejected: 0 });
  });
});

describe('when the inbox cannot store is answered', () => {
  test.each([
    ['a valid delivery', '{"id":"a"}'],
    ['one to be quarantined', '{"no":"id"}'],
    ['one that is no JSON', '{"id":'],
  ])('503 with Retry-After, to %s; the operator is told why', async (_title, body) => {
    const { told, webhooks } = receiverWith({ inbox: brokenInbox() });
    const outcome = await webhooks.receive(incoming({ body }));
    expect(answerOf(outcome)).toEqual(['inbox-unavailable', 503]);
    expect(outcomeResponse(outcome).headers['retry-after']).toBe('10');
    expect(outcomeResponse(outcome).body).not.toContain('disk');
    expect(told.join()).toContain('The disk is full.');
  });

  test('503 within 5 s, where it does not answer at all', async () => {
    const clock = standingClock(startsAt);
    const { webhooks } = receiverWith({ clock, inbox: brokenInbox({ accept: () => new Promise(() => undefined) }) });
    let outcome: Outcome | undefined;
    void webhooks.receive(incoming()).then((answered) => {
      outcome = answered;
    });
    await turns();
    clock.pass(4499);
    await turns();
    expect(outcome).toBeUndefined();
    clock.pass(1);
    await turns();
    expect(outcome && answerOf(outcome)).toEqual(['inbox-unavailable', 503]);
  });

  test('503 once, where it fails after that; the process goes on', async () => {
    const clock = standingClock(startsAt);
    const fails = gate();
    const accept = () => fails.passed.then(() => Promise.reject(new Error('too late')));
    const { webhooks } = receiverWith({ clock, inbox: brokenInbox({ accept }) });
    const answered = webhooks.receive(incoming());
    await turns();
    clock.pass(5000);
    expect(answerOf(await answered)).toEqual(['inbox-unavailable', 503]);
    fails.open();
    await turns();
    expect(clock.timers).toBe(0);
  });

  test('leaves no timer behind where it answers in time', async () => {
    const clock = standingClock(startsAt);
    const stored = brokenInbox({ accept: async () => ({ kind: 'stored', events: [] }) });
    const { webhooks } = receiverWith({ clock, inbox: stored });
    expect(answerOf(await webhooks.receive(incoming()))).toEqual(['stored', 202]);
    expect(clock.timers).toBe(0);
  });

  test('500, not 503, where a provider is at fault; the log has its error without the payload, and nothing is kept', async () => {
    const clock = standingClock(startsAt);
    const inbox = sqliteInbox({ path: ':memory:', clock });
    const provider = defineProvider({
      name: 'platform',
      guards: [],
      schema: z.looseObject({ id: z.string() }),
      types: ['changed'],
      events: (payload) => [
        {
          subject: 'a',
          state: 1,
          events: () => {
            throw new Error(`cannot tell what ${payload.id} and ${payload.streamKey} changed`);
          },
        },
      ],
      redact: ['streamKey'],
      options: { unsafeWithoutVerification: true },
    });
    const told: string[] = [];
    const { createWebhooks } = await import('@mediahooks/core');
    const note = (fields: object) => void told.push(JSON.stringify(fields));
    const webhooks = createWebhooks({
      sources: { platform: provider },
      clock,
      inbox,
      logger: { debug: note, info: note, warn: note, error: note },
    });
    const outcome = await webhooks.receive(incoming({ body: '{"id":"a","streamKey":"live_secret_key"}' }));
    expect(answerOf(outcome)).toEqual(['internal-error', 500]);
    expect(told.join()).toContain('cannot tell what a and [redacted] changed');
    expect(told.join()).not.toContain('live_secret_key');
    expect((await inbox.stats()).deliveries.stored).toBe(0);
  });
});

test('credentials that no guard reads are not kept; those a replay needs are', async () => {
  const { inbox, webhooks } = receiverWith();
  const { headers } = incoming();
  const outcome = await webhooks.receive(
    incoming(
      {},
      {
        headers: headersFromRaw([
          ...[...headers.entries()].flat(),
          'Authorization',
          'Bearer of-the-proxy',
          'Cookie',
          'session=1',
          'Proxy-Authorization',
          'Basic x',
          'X-Other',
          'kept',
        ]),
      },
    ),
  );
  const stored = await inbox.load(outcome.deliveryId);
  expect(stored?.headers.map(([name]) => name)).toEqual(['x-signature', 'x-other']);
});

test('a receiver with an inbox passes nothing on to a route, with and without handlers', () => {
  const { webhooks } = receiverWith();
  expect(webhooks.passesOn).toBe(false);
  webhooks.on('*', () => undefined);
  expect(webhooks.passesOn).toBe(false);
});

test('an event type that the provider does not list is kept as unknown, under the name the platform gave it', async () => {
  const { inbox, webhooks } = receiverWith();
  const outcome = await webhooks.receive(incoming({ body: '{"id":"a","type":"brand-new"}' }));
  expect((await inbox.get(outcome.deliveryId))?.events).toMatchObject([{ type: 'unknown', name: 'brand-new' }]);
  expect(platform().types.has('brand-new')).toBe(false);
});
