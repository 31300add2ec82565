import { createTestUserPool, deliver, type TestUserPool } from '@mediahooks/testing';
import type { Attempt } from '../src/attempt.ts';
import { attemptDelivery } from '../src/attempt-result.ts';
import { createJournal, type Journal } from '../src/journal.ts';
import { createPaint } from '../src/paint.ts';
import { type Receivers, startReceivers } from '../src/receivers.ts';
import { createTable } from '../src/table.ts';
import { createTemporaryInbox } from '../src/temporary-inbox.ts';

let userPool: TestUserPool;
let receivers: Receivers;
let journal: Journal;

beforeAll(async () => {
  userPool = await createTestUserPool();
  journal = createJournal(() => undefined);
  receivers = await startReceivers(0, userPool, journal.observer);
});
afterAll(async () => {
  await receivers.close();
  await userPool.close();
});

const genuine: Attempt = { kind: 'genuine', why: 'signed', delivery: deliver('ignite', 'video.created') };

test('a genuine delivery that is handled as its type is as expected', async () => {
  expect(await attemptDelivery(genuine, receivers, journal)).toMatchObject({ answer: '200 handled', asExpected: true });
});

test.each<[string, Attempt]>([
  [
    'a genuine delivery that is refused',
    { ...genuine, delivery: deliver('ignite', 'video.created', { secret: 'whsec_a_guess' }) },
  ],
  [
    'a genuine delivery that is handled as another type',
    { ...genuine, delivery: { ...deliver('tpstreams', 'video.error'), type: 'video.completed' } },
  ],
  [
    'a forgery that is accepted',
    { kind: 'forgery', name: 'none', code: 'credential-invalid', delivery: deliver('tpstreams', 'video.error') },
  ],
  [
    'a forgery that is refused with another code',
    {
      kind: 'forgery',
      name: 'no token',
      code: 'credential-invalid',
      delivery: deliver('tpstreams', 'video.error', { tamper: 'credential-missing' }),
    },
  ],
])('%s is not as expected, and the table says what was', async (_what, attempt) => {
  const result = await attemptDelivery(attempt, receivers, journal);
  expect(result.asExpected).toBe(false);
  const row = createTable(100, createPaint(false)).row(result, true);
  expect(row).toMatch(/^ {2}✗/);
  expect(row.replaceAll(/\s+/g, ' ')).toMatch(/expected (200 handled as|401 credential-invalid)/);
});

test('without a proxy in front, a forged header is refused, and with one the address it tells is believed', async () => {
  const delivery = deliver('gcore', 'video.ready');
  const direct = await delivery.sendTo(`${receivers.direct.origin}/webhooks`);
  const proxied = await delivery.sendTo(`${receivers.proxied.origin}/webhooks`);
  expect([direct.status, proxied.status]).toEqual([403, 200]);
});

describe('with an inbox', () => {
  const kept = createTemporaryInbox();
  let keeping: Receivers;
  beforeAll(async () => {
    keeping = await startReceivers(0, userPool, journal.observer, kept);
  });
  afterAll(async () => {
    await keeping.close();
    kept.remove();
  });

  test('a genuine delivery is as expected once it is stored and then handled as its type', async () => {
    expect(await attemptDelivery(genuine, keeping, journal)).toMatchObject({
      answer: '202 stored',
      what: 'video.created',
      asExpected: true,
    });
  });

  test('one that is handled as another type is not', async () => {
    const other: Attempt = {
      ...genuine,
      delivery: { ...deliver('tpstreams', 'video.error'), type: 'video.completed' },
    };
    const result = await attemptDelivery(other, keeping, journal);
    expect(result).toMatchObject({ answer: '202 stored', what: 'video.error', asExpected: false });
    expect(result.why).toContain('expected 202 stored and handled as video.completed');
  });

  test('one that no handler gets is not', async () => {
    const unhandled: Journal = { ...journal, handled: async () => [] };
    expect(await attemptDelivery(genuine, keeping, unhandled)).toMatchObject({ asExpected: false });
  });
});
