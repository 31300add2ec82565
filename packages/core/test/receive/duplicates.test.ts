import { createHmac } from 'node:crypto';
import {
  createWebhooks,
  defineProvider,
  headersFromRaw,
  headerToken,
  hmac,
  type SourceOptions,
} from '@mediahooks/core';
import { z } from 'zod';
import { gate, incoming, platform, type Sent, signature, startsAt } from '../platform.ts';
import { settled, standingClock } from '../standing-clock.ts';

const day = 24 * 60 * 60 * 1000;

const receiver = ({
  handler = (): unknown => undefined,
  options = {} as SourceOptions,
  memoryEntries = 10_000,
} = {}) => {
  const clock = standingClock(startsAt);
  const handled: string[] = [];
  const webhooks = createWebhooks({ sources: { platform: platform(options) }, logger: false, clock, memoryEntries });
  webhooks.on('platform.*', (event) => {
    handled.push(event.id);
    return handler();
  });
  const receive = async (sent: Sent) => {
    const outcome = await webhooks.receive(incoming({ timestamp: clock.now(), ...sent }));
    return outcome.rejection?.code ?? outcome.kind;
  };
  return { receive, clock, handled, webhooks };
};

describe('a delivery that was handled', () => {
  test('is a duplicate when it comes again, and handlers do not get it', async () => {
    const { receive, handled } = receiver();
    expect(await receive({ id: '1' })).toBe('handled');
    expect(await receive({ id: '1' })).toBe('duplicate');
    expect(handled).toHaveLength(1);
  });

  test('is a duplicate under a new id: ids are not signed', async () => {
    const { receive } = receiver();
    expect(await receive({ id: '1' })).toBe('handled');
    expect(await receive({ id: '2' })).toBe('duplicate');
    expect(await receive({})).toBe('duplicate');
  });

  test('is a duplicate when it is signed anew under its id', async () => {
    const { receive, clock } = receiver();
    expect(await receive({ id: '1' })).toBe('handled');
    clock.pass(1000);
    expect(await receive({ id: '1' })).toBe('duplicate');
  });

  test('makes no duplicate of another body under its id', async () => {
    const { receive } = receiver();
    expect(await receive({ id: '1', body: '{"id":"a"}' })).toBe('handled');
    expect(await receive({ id: '1', body: '{"id":"b"}' })).toBe('handled');
    expect(await receive({ id: '1', body: '{"id":"b","title":"new"}' })).toBe('handled');
    expect(await receive({ id: '1', body: '{"id":"c","version":1}' })).toBe('handled');
    expect(await receive({ id: '1', body: '{"id":"c","version":2}' })).toBe('handled');
    expect(await receive({ id: '1', body: '[{"id":"d","version":1}]' })).toBe('handled');
    expect(await receive({ id: '1', body: '[{"id":"d","version":1},{"id":"e","version":1}]' })).toBe('handled');
  });

  test('makes no duplicate of equal bytes that were sent as something new', async () => {
    const { receive, clock } = receiver();
    expect(await receive({ id: '1' })).toBe('handled');
    clock.pass(1);
    expect(await receive({ id: '2' })).toBe('handled');
    expect(await receive({})).toBe('duplicate');
    clock.pass(1);
    expect(await receive({})).toBe('handled');
  });

  test('is forgotten when its window ends, and not a millisecond before', async () => {
    const { receive, clock } = receiver({ options: { dedupe: { window: 2 * day } } });
    expect(await receive({ id: '1' })).toBe('handled');
    clock.pass(2 * day - 1);
    expect(await receive({ id: '1' })).toBe('duplicate');
    clock.pass(1);
    expect(await receive({ id: '1' })).toBe('handled');
  });

  test('is remembered for as long as its signature counts, however short its window is', async () => {
    const { receive, clock } = receiver({ options: { dedupe: { window: 1000 } } });
    // Signed by a clock that is five minutes ahead: the signature counts for ten.
    const sent = { id: '1', timestamp: startsAt + 300_000 };
    expect(await receive(sent)).toBe('handled');
    clock.pass(599_999);
    expect(await receive({ ...sent, id: '2' })).toBe('duplicate');
    clock.pass(1);
    expect(await receive({ ...sent, id: '3' })).toBe('duplicate');
    clock.pass(1);
    expect(await receive({ ...sent, id: '4' })).toBe('credential-expired');
  });

  test('is remembered for a day by default', async () => {
    const { receive, clock } = receiver();
    expect(await receive({ id: '1' })).toBe('handled');
    clock.pass(day - 1);
    expect(await receive({ id: '1' })).toBe('duplicate');
    clock.pass(1);
    expect(await receive({ id: '1' })).toBe('handled');
  });

  test('is not recognised where dedupe is off', async () => {
    const { receive } = receiver({ options: { dedupe: false } });
    expect(await receive({ id: '1' })).toBe('handled');
    expect(await receive({ id: '1' })).toBe('handled');
  });
});

describe('a delivery that failed', () => {
  test('may come again', async () => {
    let fails = true;
    const { receive } = receiver({
      handler: () => {
        if (fails) throw new Error('not yet');
      },
    });
    expect(await receive({ id: '1' })).toBe('handler-failed');
    expect(await receive({ id: '1' })).toBe('handler-failed');
    fails = false;
    expect(await receive({ id: '1' })).toBe('handled');
    expect(await receive({ id: '1' })).toBe('duplicate');
  });
});

describe('a delivery that no handler took', () => {
  // why: an event's name need not be signed. Whoever sends a captured delivery under a made-up name must not have the genuine one
  // taken for a duplicate when it comes, or comes again.
  test('makes no duplicate of the one that a handler takes', async () => {
    const clock = standingClock(startsAt);
    const webhooks = createWebhooks({ sources: { platform: named() }, logger: false, clock });
    webhooks.on('platform.changed', () => undefined);
    const receive = async (name: string) =>
      (await webhooks.receive(incoming({ headers: ['x-signature', signature('{"id":"a"}'), 'x-name', name] }))).kind;
    expect(await receive('made-up')).toBe('ignored');
    expect(await receive('made-up')).toBe('ignored');
    expect(await receive('changed')).toBe('handled');
    expect(await receive('changed')).toBe('duplicate');
    expect(await receive('made-up')).toBe('duplicate');
  });

  test('under a name that is made up makes none either where a handler of every name has taken it', async () => {
    const clock = standingClock(startsAt);
    const webhooks = createWebhooks({ sources: { platform: named() }, logger: false, clock });
    const seen: string[] = [];
    webhooks.on('*', ({ type }) => void seen.push(type));
    const receive = async (name: string) =>
      (await webhooks.receive(incoming({ headers: ['x-signature', signature('{"id":"a"}'), 'x-name', name] }))).kind;
    expect(await receive('made-up')).toBe('handled');
    expect(await receive('another')).toBe('duplicate');
    expect(await receive('changed')).toBe('handled');
    expect(await receive('changed')).toBe('duplicate');
    expect(seen).toEqual(['unknown', 'changed']);
  });

  const named = () =>
    defineProvider({
      name: 'named',
      guards: platform().guards,
      schema: z.unknown(),
      types: ['changed'],
      headers: ['x-name'],
      deliveryId: () => undefined,
      events: (payload, { headers }) => [{ type: headers.get('x-name') ?? 'unknown', payload }],
    });
});

describe('a delivery that is being handled', () => {
  test('is in progress when it comes again, under its id or another', async () => {
    const { passed, open } = gate();
    const { receive, handled } = receiver({ handler: () => passed });
    const first = receive({ id: '1' });
    await settled();
    expect(await receive({ id: '1' })).toBe('in-progress');
    expect(await receive({ id: '2' })).toBe('in-progress');
    open();
    expect(await first).toBe('handled');
    expect(await receive({ id: '2' })).toBe('duplicate');
    expect(handled).toHaveLength(1);
  });

  test('is handled once however many arrive at the same time', async () => {
    const { receive, handled } = receiver({ handler: () => settled() });
    const outcomes = await Promise.all(Array.from({ length: 100 }, () => receive({ id: '1' })));
    expect(outcomes.filter((kind) => kind === 'handled')).toHaveLength(1);
    expect(outcomes.filter((kind) => kind === 'in-progress')).toHaveLength(99);
    expect(handled).toHaveLength(1);
  });
});

describe('memory', () => {
  test('holds as many deliveries as configured, though each has two keys, and forgets the oldest', async () => {
    const { receive } = receiver({ memoryEntries: 3 });
    for (const id of ['1', '2', '3']) expect(await receive({ id, body: `{"id":"${id}"}` })).toBe('handled');
    for (const id of ['1', '2', '3']) expect(await receive({ id, body: `{"id":"${id}"}` })).toBe('duplicate');
    expect(await receive({ id: '4', body: '{"id":"4"}' })).toBe('handled');
    expect(await receive({ id: '2', body: '{"id":"2"}' })).toBe('duplicate');
    expect(await receive({ id: '1', body: '{"id":"1"}' })).toBe('handled');
  });

  test('is of each source its own: what one sends makes nothing of another forgotten', async () => {
    const clock = standingClock(startsAt);
    const sources = { platform: platform(), other: platform({ dedupe: { window: day } }) };
    const webhooks = createWebhooks({ sources, logger: false, clock, memoryEntries: 2 });
    webhooks.on('*', () => undefined);
    const receive = async (path: string, id: string) =>
      (await webhooks.receive(incoming({ id, body: `{"id":"${id}","version":1}` }, { path }))).kind;
    expect(await receive('/platform', '1')).toBe('handled');
    for (const id of ['2', '3', '4', '5']) expect(await receive('/other', id)).toBe('handled');
    expect(await receive('/platform', '1')).toBe('duplicate');
    expect(await receive('/other', '2')).toBe('handled');
  });
});

describe('equal bodies', () => {
  const tokened = (options: SourceOptions, identified = false) => {
    const clock = standingClock(startsAt);
    const webhooks = createWebhooks({
      sources: {
        platform: defineProvider({
          name: 'platform',
          guards: [headerToken({ header: 'x-token', token: 'token-1' })],
          schema: z.unknown(),
          types: ['thing'],
          events: (payload) => [{ type: 'thing', payload }],
          options,
          ...(identified && { deliveryId: ({ headers }) => headers.get('x-id') }),
        }),
      },
      logger: false,
      clock,
    });
    webhooks.on('*', () => undefined);
    return async (body: string, id?: string) => {
      const headers = headersFromRaw(['x-token', 'token-1', ...(id === undefined ? [] : ['x-id', id])]);
      return (await webhooks.receive(incoming({ body }, { headers }))).kind;
    };
  };

  test('are new events where nothing else is asked for', async () => {
    const receive = tokened({});
    expect(await receive('{"live":true}')).toBe('handled');
    expect(await receive('{"live":true}')).toBe('handled');
  });

  test('are duplicates where dedupe is asked for, and one byte makes another', async () => {
    const receive = tokened({ dedupe: { window: 1000 } });
    expect(await receive('{"live":true}')).toBe('handled');
    expect(await receive('{"live":true}')).toBe('duplicate');
    expect(await receive('{"live":true} ')).toBe('handled');
  });

  test('are new events of a platform with ids when one comes without its id', async () => {
    const receive = tokened({}, true);
    expect(await receive('{"live":true}')).toBe('handled');
    expect(await receive('{"live":true}')).toBe('handled');
    expect(await receive('{"live":true}', '')).toBe('handled');
    expect(await receive('{"live":true}', '1')).toBe('handled');
    expect(await receive('{"live":true}', '1')).toBe('duplicate');
  });

  test('are duplicates by request also where each is signed with its own time', async () => {
    const sign = (t: number) => `t=${t},v1=${createHmac('sha256', 'key-1').update(`${t}.{}`).digest('hex')}`;
    const clock = standingClock(startsAt);
    const webhooks = createWebhooks({
      sources: {
        platform: defineProvider({
          name: 'platform',
          guards: [
            hmac({ secret: 'key-1', header: 's', fields: { signature: 'v1', timestamp: 't' }, timestampUnit: 'ms' }),
          ],
          schema: z.unknown(),
          types: ['thing'],
          events: (payload) => [{ type: 'thing', payload }],
          options: { dedupe: { window: 60_000 } },
        }),
      },
      logger: false,
      clock,
    });
    webhooks.on('*', () => undefined);
    const receive = async (t: number) =>
      (await webhooks.receive(incoming({ body: '{}', headers: ['s', sign(t)] }))).kind;
    expect(await receive(startsAt)).toBe('handled');
    expect(await receive(startsAt + 1)).toBe('duplicate');
  });
});

test.each([
  [{ dedupe: { window: 0 } }, 'option-invalid'],
  [{ dedupe: { window: Number.NaN } }, 'option-invalid'],
  [{ dedupe: { window: '1000' } }, 'option-invalid'],
  [{ dedupe: {} }, 'option-invalid'],
  [{ dedupe: { windowMs: 1000 } }, 'option-unknown'],
  [{ dedupe: true }, 'option-invalid'],
  [{ dedupe: null }, 'option-invalid'],
  [{ stale: 'drop' }, 'option-invalid'],
])('options %j are refused', (options, code) => {
  expect(() => Reflect.apply(platform, undefined, [options])).toThrow(expect.objectContaining({ code }));
});
