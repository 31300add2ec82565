import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createWebhooks, type Inbox, InboxUnavailableError, type Receiver, systemClock } from '@mediahooks/core';
import { sqliteInbox } from '@mediahooks/inbox-sqlite';
import { type InboxWrapOptions, type SpillOptions, wrapInbox } from '@mediahooks/node/inbox';
import { answerOf, incoming, platform, signature } from '../../../core/test/platform.ts';
import { eventually, temporaryFolder } from './temporary-folder.ts';

const startsAt = Date.now();
const stored = ['stored', 202] as const;
const unavailable = ['inbox-unavailable', 503] as const;

let folder: ReturnType<typeof temporaryFolder>;
let engine: Inbox;
let away: boolean;
/** How many more deliveries the engine takes before it goes away. */
let takes: number;
let accepted: string[];
let stops: (() => Promise<void>)[];

beforeEach(() => {
  folder = temporaryFolder();
  away = true;
  takes = Number.POSITIVE_INFINITY;
  accepted = [];
  stops = [];
  engine = sqliteInbox({ path: folder.path('inbox.db'), pollMs: 20 });
});

afterEach(async () => {
  for (const stop of stops) await stop();
  await engine.stop({ timeoutMs: 0 });
  folder.remove();
});

/** The engine as a process sees it: over a line that can be cut, and only while the process lives. */
const reachable = (isAlive: () => boolean): Inbox => {
  const check = (): void => {
    if (away || !isAlive()) throw new InboxUnavailableError('The engine is away.');
  };
  return {
    ...engine,
    async accept(acceptance) {
      if (takes === 0) away = true;
      check();
      takes -= 1;
      accepted.push(Buffer.from(acceptance.delivery.body).toString());
      return engine.accept(acceptance);
    },
    async keep(delivery, outcome, why) {
      check();
      return engine.keep(delivery, outcome, why);
    },
    async get(id) {
      check();
      return engine.get(id);
    },
    stop: async () => undefined,
  };
};

interface Opened {
  readonly webhooks: Receiver;
  readonly inbox: Inbox;
  /** As a process that is killed: nothing more is written, handed over or closed. */
  die(): void;
}

const open = (spill: Partial<SpillOptions> = {}, more: InboxWrapOptions = {}): Opened => {
  let alive = true;
  const inbox = wrapInbox(
    reachable(() => alive),
    {
      spill: {
        path: folder.path('spill'),
        clock: { now: () => Date.now(), after: (_ms, call) => systemClock.after(1, () => alive && call()) },
        ...spill,
      },
      ...more,
    },
  );
  const webhooks = createWebhooks({
    sources: { platform: platform(), other: platform() },
    inbox,
    logger: false,
  });
  stops.push(() => webhooks.stop({ timeoutMs: 0 }));
  return {
    inbox,
    webhooks,
    die: () => {
      alive = false;
    },
  };
};

const send = async (webhooks: Receiver, body: string, path = '/platform') =>
  answerOf(await webhooks.receive(incoming({ body, headers: ['X-Signature', signature(body, startsAt)] }, { path })));

const item = (id: string, version: number): string => JSON.stringify({ id, version });

/** Empty where it was handed over meanwhile. */
const textOf = (name: string): string => {
  try {
    return readFileSync(folder.path(name), 'utf8');
  } catch {
    return '';
  }
};

const spilled = (): string[] =>
  readdirSync(folder.root)
    .filter((name) => name.startsWith('spill') && !name.endsWith('.unreadable'))
    .sort()
    .flatMap((name) => textOf(name).split('\n'))
    .filter((line) => line !== '');

const storedCount = async (): Promise<number> => (await engine.stats()).deliveries.stored;

const drained = (): Promise<unknown> => eventually(spilled, (lines) => lines.length === 0);

describe('while the engine is away', () => {
  test('a delivery is answered 202 and is on disk, whole, for its owner only', async () => {
    const { webhooks } = open();
    expect(await send(webhooks, item('a', 1))).toEqual(stored);
    const [line = ''] = spilled();
    expect(Buffer.from(JSON.parse(line).body, 'base64').toString()).toBe(item('a', 1));
    expect(statSync(folder.path('spill')).mode & 0o777).toBe(0o600);
  });

  test('without a spill file it is answered 503', async () => {
    const webhooks = createWebhooks({ sources: { platform: platform() }, inbox: reachable(() => true), logger: false });
    expect(await send(webhooks, item('a', 1))).toEqual(unavailable);
  });

  test('one that is not valid is on disk too, and quarantined after', async () => {
    const { webhooks } = open();
    expect(await send(webhooks, '{"no":"id"}')).toEqual(['invalid-payload', 202]);
    away = false;
    await drained();
    expect((await engine.list({}, { limit: 10 })).deliveries).toMatchObject([
      { outcome: 'quarantined', rejection: { code: 'invalid-payload' } },
    ]);
  });

  test('a forged one is refused, and nothing of it is on disk', async () => {
    const { webhooks } = open();
    const forged = incoming({ headers: ['X-Signature', signature('something else', startsAt)] });
    expect(answerOf(await webhooks.receive(forged))).toEqual(['credential-invalid', 401]);
    expect(spilled()).toEqual([]);
  });

  test('only chosen sources are spilled; others are answered 503, so that they come again', async () => {
    const { webhooks } = open({ sources: ['platform'] });
    expect(await send(webhooks, item('a', 1), '/platform')).toEqual(stored);
    expect(await send(webhooks, item('b', 1), '/other')).toEqual(unavailable);
    expect(spilled()).toHaveLength(1);
  });

  test('a file that has reached its limit takes nothing more: 503', async () => {
    const { webhooks } = open({ maxBytes: 1500, clock: { now: () => Date.now(), after: () => () => undefined } });
    const answers: unknown[] = [];
    for (let index = 0; index < 10; index += 1) answers.push((await send(webhooks, item(`a${index}`, 1)))[1]);
    const count = spilled().length;
    expect(count).toBeGreaterThan(0);
    expect(count).toBeLessThan(10);
    expect(answers).toEqual([...Array(count).fill(202), ...Array(10 - count).fill(503)]);
    expect(statSync(folder.path('spill')).size).toBeLessThanOrEqual(1500);
  });

  test('a file that cannot be written takes nothing: 503', async () => {
    mkdirSync(folder.path('spill-folder'));
    const { webhooks } = open({ path: folder.path('spill-folder') });
    expect(await send(webhooks, item('a', 1))).toEqual(unavailable);
    const nowhere = open({ path: folder.path('no/such/folder/spill') });
    expect(await send(nowhere.webhooks, item('a', 1))).toEqual(unavailable);
  });
});

describe('when the engine is back', () => {
  test('everything is handed over in its order, what arrives meanwhile behind it, and the file is gone', async () => {
    const { webhooks } = open();
    const bodies = Array.from({ length: 20 }, (_, index) => item('a', index));
    for (const body of bodies.slice(0, 10)) expect(await send(webhooks, body)).toEqual(stored);
    away = false;
    for (const body of bodies.slice(10)) expect(await send(webhooks, body)).toEqual(stored);
    await drained();
    expect(accepted).toEqual(bodies);
    expect(await storedCount()).toBe(20);
    expect(await send(webhooks, item('a', 21))).toEqual(stored);
    expect(spilled()).toEqual([]);
    expect(await storedCount()).toBe(21);
  });

  test('a file that cannot be looked at does not keep deliveries from an engine that is there', async () => {
    away = false;
    const { webhooks } = open({ path: folder.path('inbox.db/spill') });
    expect(await send(webhooks, item('a', 1))).toEqual(stored);
    expect(await storedCount()).toBe(1);
  });

  test('a delivery that came twice meanwhile is stored once', async () => {
    const { webhooks } = open();
    for (let twice = 0; twice < 2; twice += 1) expect(await send(webhooks, item('a', 1))).toEqual(stored);
    away = false;
    await drained();
    expect((await engine.stats()).deliveries).toMatchObject({ stored: 1, duplicate: 1 });
  });

  test('the state of a subject is derived from then, in order', async () => {
    const { webhooks } = open();
    await send(webhooks, item('a', 2));
    await send(webhooks, item('a', 1));
    away = false;
    await drained();
    expect((await engine.stats()).events).toMatchObject({ pending: 1, stale: 1 });
  });

  test('one that breaks the provider does not keep the others behind it', async () => {
    const { webhooks } = open();
    await send(webhooks, item('a', 1));
    const [line = ''] = spilled();
    const broken = { ...JSON.parse(line), id: 'broken', source: 'gone' };
    appendFileSync(folder.path('spill'), `${JSON.stringify(broken)}\n`);
    await send(webhooks, item('b', 1));
    away = false;
    await drained();
    expect((await engine.stats()).deliveries).toEqual({ stored: 2, duplicate: 0, quarantined: 1, rejected: 0 });
  });
});

describe('when the process dies', () => {
  test('the next one hands over what the last has left, without a delivery to remind it', async () => {
    const first = open();
    await send(first.webhooks, item('a', 1));
    first.die();
    away = false;
    open();
    await drained();
    expect(await storedCount()).toBe(1);
  });

  test('in the middle of handing over, nothing is lost and nothing is stored twice', async () => {
    const first = open();
    for (let index = 0; index < 6; index += 1) await send(first.webhooks, item('a', index));
    takes = 3;
    away = false;
    await eventually(storedCount, (count) => count === 3);
    first.die();
    takes = Number.POSITIVE_INFINITY;
    away = false;
    const next = open();
    expect(await send(next.webhooks, item('a', 6))).toEqual(stored);
    await drained();
    expect((await engine.stats()).deliveries).toEqual({ stored: 7, duplicate: 0, quarantined: 0, rejected: 0 });
    expect(accepted).toEqual(Array.from({ length: 7 }, (_, index) => item('a', index)));
  });

  test('in the middle of a line, that line is no delivery, and takes no other with it', async () => {
    const first = open();
    await send(first.webhooks, item('a', 1));
    first.die();
    const [whole = ''] = spilled();
    appendFileSync(folder.path('spill'), whole.slice(0, whole.length / 2));
    const next = open();
    expect(await send(next.webhooks, item('b', 1))).toEqual(stored);
    away = false;
    await drained();
    expect(accepted).toEqual([item('a', 1), item('b', 1)]);
  });

  test('at the end of half a line, nothing is made of it', async () => {
    const first = open();
    await send(first.webhooks, item('a', 1));
    first.die();
    const [whole = ''] = spilled();
    appendFileSync(folder.path('spill'), whole.slice(0, whole.length / 2));
    away = false;
    open();
    await drained();
    expect(accepted).toEqual([item('a', 1)]);
    expect(existsSync(folder.path('spill.unreadable'))).toBe(false);
  });
});

test('several processes share the file: what one appends while another hands over is not lost', async () => {
  const receivers = [open(), open(), open()];
  const sent: Promise<readonly [string, number]>[] = [];
  for (let index = 0; index < 300; index += 1) {
    away = index % 20 < 10;
    for (const [which, { webhooks }] of receivers.entries()) sent.push(send(webhooks, item(`${which}-${index}`, 1)));
    await new Promise((resolve) => setImmediate(resolve));
  }
  for (const answer of await Promise.all(sent)) expect(answer).toEqual(stored);
  away = false;
  await drained();
  await eventually(storedCount, (count) => count === 900);
}, 30_000);

test('a line that cannot be read is set aside, whole', async () => {
  const { webhooks } = open();
  await send(webhooks, item('a', 1));
  appendFileSync(folder.path('spill'), '{"of":"another release"}\n');
  away = false;
  await drained();
  expect(readFileSync(folder.path('spill.unreadable'), 'utf8')).toBe('{"of":"another release"}\n');
  expect(await storedCount()).toBe(1);
});

test('an inbox that is encrypted spills nothing that can be read, and hands it over readable', async () => {
  const { inbox, webhooks } = open({}, { encryption: { key: Buffer.alloc(32, 7) } });
  const body = JSON.stringify({ id: 'a', title: 'a plaintext title' });
  expect(await send(webhooks, body)).toEqual(stored);
  expect(readFileSync(folder.path('spill'), 'utf8')).not.toMatch(/plaintext|x-signature/i);
  expect(Buffer.from(JSON.parse(spilled()[0] ?? '').body, 'base64').toString('latin1')).not.toContain('plaintext');
  away = false;
  await drained();
  const { deliveries } = await eventually(
    () => inbox.list({}, { limit: 1 }),
    (page) => page.deliveries.length === 1,
  );
  expect(deliveries[0]?.events[0]?.payload).toEqual([{ id: 'a', title: 'a plaintext title' }]);
});

test.each([
  ['no path', { path: '' }, 'option-invalid'],
  ['a misspelt option', { path: 'spill', source: ['gcore'] }, 'option-unknown'],
])('refuses options with %s', (_title, spill, code) => {
  expect(() => wrapInbox(engine, { spill })).toThrow(expect.objectContaining({ code }));
});
