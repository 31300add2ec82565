import {
  createWebhooks,
  defineProvider,
  type IncomingDelivery,
  outcomeResponse,
  type Receiver,
} from '@mediahooks/core';
import { z } from 'zod';
import { answerOf, incoming } from '../platform.ts';
import { settled } from '../standing-clock.ts';

const working = {
  name: 'platform',
  guards: [{ name: 'own', stage: 'credential', places: {}, check: () => ({}) }],
  schema: z.unknown(),
  types: ['thing'],
  events: (payload: unknown) => [{ type: 'thing', payload }],
};

/** Plain JavaScript's way in: what the compiler would have refused is tried at run time. */
const receiveWith = (exchanged: Record<string, unknown>, request: IncomingDelivery = incoming()) => {
  const webhooks = createWebhooks({
    sources: { platform: Reflect.apply(defineProvider, undefined, [{ ...working, ...exchanged }]) },
    logger: false,
  });
  return webhooks.receive(request);
};

const expectInternalError = async (outcome: ReturnType<typeof receiveWith>) => {
  const settledOutcome = await outcome;
  expect(answerOf(settledOutcome)).toEqual(['internal-error', 500]);
  expect(outcomeResponse(settledOutcome).body).not.toMatch(/secret-detail|guard|schema|own/);
};

const guard = (check: unknown, stage = 'credential') => ({ guards: [{ name: 'own', stage, places: {}, check }] });
const fail = () => {
  throw new Error('secret-detail');
};
const rejects = async () => Promise.reject(new Error('secret-detail'));
/** A promise of another library: awaitable, and no instance of Promise. */
// biome-ignore lint/suspicious/noThenProperty: that is what is tried.
const thenable = (value: unknown) => ({ then: (resolve: (value: unknown) => void) => resolve(value) });

test('the provider that the following cases change is taken as it is', async () => {
  expect((await receiveWith({})).kind).toBe('ignored');
});

describe('a delivery is refused as internal-error where', () => {
  test.each<[string, Record<string, unknown>]>([
    ['a guard throws', guard(fail)],
    ['a guard rejects', guard(rejects)],
    ['an address guard throws', guard(fail, 'address')],
    ['an address guard rejects', guard(rejects, 'address')],
    ['a payload guard throws', guard(fail, 'payload')],
    ['a payload guard rejects', guard(rejects, 'payload')],
    ['events throws', { events: fail }],
    ['events gives nothing', { events: () => undefined }],
    ['events gives a list of nothing', { events: () => [undefined] }],
    ['deliveryId throws', { deliveryId: fail }],
    ['a state change throws', { events: () => [{ subject: 'a', state: 1, events: fail }] }],
    ['the schema throws', { schema: { '~standard': { version: 1, vendor: 'own', validate: fail } } }],
    ['the schema rejects', { schema: { '~standard': { version: 1, vendor: 'own', validate: rejects } } }],
  ])('%s', async (_what, exchanged) => {
    await expectInternalError(receiveWith(exchanged));
  });

  describe.each(['address', 'credential', 'payload'])('a guard of the stage %s answers', (stage) => {
    test.each([
      ['nothing', undefined],
      ['null', null],
      ['false', false],
      ['true', true],
      ['{ ok: false }', { ok: false }],
      ['{ refused: true }', { refused: true }],
      ['{ refused: null }', { refused: null }],
      ['a code that does not exist', { refused: { code: 'toString', hint: '' } }],
      ['a fingerprint that is empty', { fingerprint: '' }],
      ['a fingerprint that is no text', { fingerprint: 7 }],
      ['fingerprints of which one is nothing', { fingerprint: ['a', undefined] }],
      ['a list', ['refused']],
      ['a function', () => ({})],
    ])('%s, at once, later, or by a foreign promise', async (_what, verdict) => {
      await expectInternalError(receiveWith(guard(() => verdict, stage)));
      await expectInternalError(receiveWith(guard(async () => verdict, stage)));
      await expectInternalError(receiveWith(guard(() => thenable(verdict), stage)));
    });

    test('a refusal later, or by a foreign promise, and it is a refusal', async () => {
      const verdict = { refused: { code: 'credential-invalid', hint: 'No.' } };
      expect(answerOf(await receiveWith(guard(async () => verdict, stage)))).toEqual(['credential-invalid', 401]);
      expect(answerOf(await receiveWith(guard(() => thenable(verdict), stage)))).toEqual(['credential-invalid', 401]);
      expect((await receiveWith(guard(async () => ({}), stage))).kind).toBe('ignored');
    });
  });

  test.each<[string, () => unknown]>([
    ['throws', fail],
    ['gives no text', () => 7],
    ['gives nothing', () => ''],
  ])('createId %s; it has a made-up id then', async (_what, createId) => {
    const options = {
      sources: { platform: Reflect.apply(defineProvider, undefined, [working]) },
      logger: false,
      createId,
    };
    const webhooks: Receiver = Reflect.apply(createWebhooks, undefined, [options]);
    const outcome = await webhooks.receive(incoming());
    await expectInternalError(Promise.resolve(outcome));
    expect(outcome.deliveryId).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('readBody throws what is no BodyError, or gives no bytes', async () => {
    const readBodies: unknown[] = [fail, rejects, () => 'text', () => undefined, () => null, () => ({ length: 1 })];
    for (const readBody of readBodies) {
      await expectInternalError(receiveWith({}, Object.assign(incoming(), { readBody })));
    }
  });
});

test("a foreign promise of a schema's is waited for: what it finds invalid does not pass", async () => {
  const schema = (result: unknown) => ({
    schema: { '~standard': { version: 1, vendor: 'own', validate: () => thenable(result) } },
  });
  expect(answerOf(await receiveWith(schema({ issues: [{ message: 'wrong' }] })))).toEqual(['invalid-payload', 422]);
  expect((await receiveWith(schema({ value: 1 }))).events[0]?.payload).toBe(1);
});

test('a failure of the pipeline lets the same delivery come again', async () => {
  let fails = true;
  const webhooks = createWebhooks({
    sources: {
      platform: defineProvider({
        name: 'platform',
        guards: [],
        schema: z.unknown(),
        types: ['thing'],
        events: () => [
          {
            subject: 'a',
            state: 1,
            events: (previous) => {
              if (fails) throw new Error();
              return [{ type: 'thing', payload: previous }];
            },
          },
        ],
        options: { unsafeWithoutVerification: true, dedupe: { window: 1000 } },
      }),
    },
    logger: false,
  });
  expect(answerOf(await webhooks.receive(incoming()))).toEqual(['internal-error', 500]);
  fails = false;
  const outcome = await webhooks.receive(incoming());
  expect([outcome.kind, outcome.events[0]?.payload]).toEqual(['ignored', undefined]);
});

describe('defineProvider refuses, by name of the option,', () => {
  test.each<[Record<string, unknown>, string, string]>([
    [{ guards: undefined }, 'option-invalid', '"guards"'],
    [{ guards: [] }, 'guard-missing', 'platform'],
    [{ guards: [undefined] }, 'option-invalid', 'guards[0]'],
    [{ guards: [...working.guards, {}] }, 'option-invalid', 'guards[1]'],
    [guard(() => ({}), 'header'), 'option-invalid', 'guards[0]'],
    [guard(undefined), 'option-invalid', 'guards[0]'],
    [{ schema: undefined }, 'option-invalid', '"schema"'],
    [{ schema: {} }, 'option-invalid', '"schema"'],
    [{ types: undefined }, 'option-invalid', '"types"'],
    [{ types: ['thing', '*'] }, 'option-invalid', '"types"'],
    [{ types: [''] }, 'option-invalid', '"types"'],
    [{ events: undefined }, 'option-invalid', '"events"'],
    [{ name: undefined }, 'option-invalid', '"name"'],
    [{ evnts: () => [] }, 'option-unknown', '"evnts"'],
    [{ options: { dedup: false } }, 'option-unknown', '"dedup"'],
    [{ guards: [], options: { unsafeWithoutVerification: 'yes' } }, 'guard-missing', 'platform'],
  ])('%j', (exchanged, code, message) => {
    expect(() => Reflect.apply(defineProvider, undefined, [{ ...working, ...exchanged }])).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) }),
    );
  });
});

describe('createWebhooks refuses', () => {
  const provider = () => Reflect.apply(defineProvider, undefined, [working]);
  test.each<[string, () => Record<string, unknown>, string, string]>([
    ['no sources', () => ({}), 'nothing-configured', '"sources"'],
    ['empty sources', () => ({ sources: {} }), 'nothing-configured', '"sources"'],
    ['sources by prototype', () => ({ sources: Object.create({ a: provider() }) }), 'nothing-configured', '"sources"'],
    ['a source that is none', () => ({ sources: { a: {} } }), 'source-invalid', '"a"'],
    ['a source that is undefined', () => ({ sources: { a: undefined } }), 'source-invalid', '"a"'],
    ['the provider itself, uncalled', () => ({ sources: { a: () => provider() } }), 'source-invalid', '"a"'],
    ['a name with a dot', () => ({ sources: { 'a.b': provider() } }), 'source-invalid', 'a.b'],
    ['a name with a slash', () => ({ sources: { 'a/b': provider() } }), 'source-invalid', 'a/b'],
    ['an empty name', () => ({ sources: { '': provider() } }), 'source-invalid', '""'],
    ['a name with a line end', () => ({ sources: { 'a\n': provider() } }), 'source-invalid', 'a\\n'],
    [
      'a provider whose guards were taken',
      () => ({ sources: { a: { ...provider(), guards: [] } } }),
      'guard-missing',
      '"a"',
    ],
    [
      'a provider whose guard was spoilt',
      () => ({ sources: { a: { ...provider(), guards: [{ stage: 'x' }] } } }),
      'option-invalid',
      'source "a"',
    ],
    ['an unknown option', () => ({ sources: { a: provider() }, maxBodySize: 1 }), 'option-unknown', '"maxBodySize"'],
    [
      'a misspelt option',
      () => ({ sources: { a: provider() }, maxBodyByte: 1 }),
      'option-unknown',
      'Did you mean "maxBodyBytes"? Options are: sources,',
    ],
    ['a limit of 0', () => ({ sources: { a: provider() }, maxBodyBytes: 0 }), 'option-invalid', '"maxBodyBytes"'],
    [
      'a limit as text',
      () => ({ sources: { a: provider() }, maxBodyBytes: '1mb' }),
      'option-invalid',
      '"maxBodyBytes"',
    ],
    ['a broken deadline', () => ({ sources: { a: provider() }, deadlineMs: 0.5 }), 'option-invalid', '"deadlineMs"'],
    ['an endless stall', () => ({ sources: { a: provider() }, stallMs: Infinity }), 'option-invalid', '"stallMs"'],
    ['no memory', () => ({ sources: { a: provider() }, memoryEntries: -1 }), 'option-invalid', '"memoryEntries"'],
    ['a logger that is none', () => ({ sources: { a: provider() }, logger: {} }), 'option-invalid', '"logger"'],
    ['a logger called true', () => ({ sources: { a: provider() }, logger: true }), 'option-invalid', '"logger"'],
    [
      'a logger without debug',
      () => ({ sources: { a: provider() }, logger: { ...console, debug: 1 } }),
      'option-invalid',
      'debug',
    ],
    ['an observer that is none', () => ({ sources: { a: provider() }, observe: 'x' }), 'option-invalid', '"observe"'],
    [
      'an id that is no function',
      () => ({ sources: { a: provider() }, createId: 'x' }),
      'option-invalid',
      '"createId"',
    ],
  ])('%s', (_what, options, code, message) => {
    expect(() => Reflect.apply(createWebhooks, undefined, [options()])).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) }),
    );
  });

  test.each(['constructor', '__proto__', 'toString', 'hasOwnProperty', '3q'])(
    'no source for being called %s, and it receives',
    async (sourceName) => {
      const webhooks = createWebhooks({ sources: { [sourceName]: provider() }, logger: false });
      const seen: unknown[] = [];
      webhooks.on(`${sourceName}.thing`, (event) => void seen.push(event.source));
      expect((await webhooks.receive(incoming({}, { path: `/${sourceName}` }))).kind).toBe('handled');
      expect((await webhooks.receive(incoming({}, { path: '/valueOf' }))).rejection?.code).toBe('unknown-source');
      expect(seen).toEqual([sourceName]);
    },
  );
});

test('a rejection nobody waits for never ends the process', async () => {
  const seen: unknown[] = [];
  const note = (reason: unknown) => void seen.push(reason);
  process.on('unhandledRejection', note);
  try {
    await receiveWith(guard(rejects));
    await receiveWith({ schema: { '~standard': { version: 1, vendor: 'own', validate: rejects } } });
    await receiveWith({}, { ...incoming(), readBody: rejects });
    await settled();
    expect(seen).toEqual([]);
  } finally {
    process.off('unhandledRejection', note);
  }
});
