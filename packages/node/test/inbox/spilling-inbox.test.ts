import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, statSync } from 'node:fs';
import {
  type Clock,
  createWebhooks,
  type Inbox,
  InboxUnavailableError,
  type Receiver,
  systemClock,
} from '@mediahooks/core';
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
/** The engine does not get done with deliveries that have this in their body. */
let slow: string | undefined;
let accepted: string[];
/** How many of them the engine has before it at a time, by subject and all in all: at most so far. */
let together: { now: Map<string, number>; ofOne: number; ofAll: number };
/** Called once, when the engine has taken the next delivery. */
let afterAccept: (() => void) | undefined;
let stops: (() => Promise<void>)[];

beforeEach(() => {
  folder = temporaryFolder();
  away = true;
  takes = Number.POSITIVE_INFINITY;
  accepted = [];
  together = { now: new Map(), ofOne: 0, ofAll: 0 };
  slow = undefined;
  afterAccept = undefined;
  stops = [];
  engine = sqliteInbox({ path: folder.path('inbox.db'), pollMs: 20 });
});

afterEach(async () => {
  for (const stop of stops) await stop();
  await engine.stop({ timeoutMs: 0 });
  folder.remove();
});

const meet = (subject: string): (() => void) => {
  const { now } = together;
  now.set(subject, (now.get(subject) ?? 0) + 1);
  together.ofOne = Math.max(together.ofOne, now.get(subject) ?? 0);
  together.ofAll = Math.max(
    together.ofAll,
    [...now.values()].reduce((total, one) => total + one, 0),
  );
  return () => void now.set(subject, (now.get(subject) ?? 0) - 1);
};

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
      const body = Buffer.from(acceptance.delivery.body).toString();
      accepted.push(body);
      if (slow !== undefined && body.includes(slow)) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        throw new InboxUnavailableError('It took too long.');
      }
      const leave = meet(acceptance.subjects[0] ?? '');
      const result = await engine.accept(acceptance).finally(leave);
      afterAccept?.();
      afterAccept = undefined;
      return result;
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

/** Waits no time, but for what is done now and then only: that is never due. */
const soon =
  (isAlive: () => boolean): Clock['after'] =>
  (ms, call) =>
    ms < 60_000 ? systemClock.after(1, () => isAlive() && call()) : () => undefined;

const open = (
  spill: Partial<SpillOptions> = {},
  more: InboxWrapOptions = {},
  sources: readonly string[] = ['platform', 'other'],
): Opened => {
  let alive = true;
  const inbox = wrapInbox(
    reachable(() => alive),
    {
      spill: {
        path: folder.path('spill'),
        clock: { now: () => Date.now(), after: soon(() => alive) },
        ...spill,
      },
      ...more,
    },
  );
  const webhooks = createWebhooks({
    sources: Object.fromEntries(sources.map((name) => [name, platform()])),
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

const drained = (): Promise<unknown> =>
  eventually(
    () => spilled().length,
    (length) => length === 0,
  );

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
    // why not at once: the file is gone a moment before it is known that it is, and until then what arrives stays behind it.
    await drained();
    expect(await storedCount()).toBe(21);
  });

  test('many are handed over at the same time, those of one subject one after another', async () => {
    const { webhooks } = open();
    const bodies = Array.from({ length: 200 }, (_, index) => item(`v${index % 50}`, index));
    for (const body of bodies) expect(await send(webhooks, body)).toEqual(stored);
    away = false;
    await drained();
    expect(together.ofOne).toBe(1);
    expect(together.ofAll).toBeGreaterThan(10);
    expect(await storedCount()).toBe(200);
    expect((await engine.stats()).events.stale).toBe(0);
  });

  test('one that the engine refuses is not overtaken by the next of its subject', async () => {
    const { webhooks } = open();
    // why: what comes after these is in one file, whenever the first try renames it.
    for (const id of ['first', 'second']) await send(webhooks, item(id, 1));
    await send(webhooks, JSON.stringify({ id: 'a', version: 1, type: 'slow' }));
    await send(webhooks, item('a', 2));
    slow = 'slow';
    away = false;
    await eventually(
      () => accepted.length,
      (length) => length > 3,
    );
    expect(accepted).not.toContain(item('a', 2));
    slow = undefined;
    await drained();
    expect((await engine.stats()).events).toMatchObject({ pending: 3, waiting: 1, stale: 0 });
  });

  test('deliveries that keep coming do not put off the next try', async () => {
    const due: { readonly call: () => void }[] = [];
    const after: Clock['after'] = (ms, call) => {
      if (ms >= 60_000) return () => undefined;
      const timer = { call };
      due.push(timer);
      return () => void due.splice(due.indexOf(timer), 1);
    };
    const { webhooks } = open({ clock: { now: () => Date.now(), after } });
    await send(webhooks, item('a', 1));
    const [next] = due;
    await send(webhooks, item('a', 2));
    expect(due).toHaveLength(1);
    expect(due[0]).toBe(next);
    away = false;
    next?.call();
    await drained();
    expect(accepted).toEqual([item('a', 1), item('a', 2)]);
  });

  test('deliveries that keep coming, many at a time, do not keep it from handing over', async () => {
    const { webhooks } = open();
    let sent = 0;
    let goesOn = true;
    const keepSending = async (): Promise<void> => {
      while (goesOn) {
        sent += 1;
        expect(await send(webhooks, item(`v${sent}`, 1))).toEqual(stored);
      }
    };
    const senders = Array.from({ length: 32 }, keepSending);
    await eventually(
      () => sent,
      (count) => count > 2000,
    );
    away = false;
    const sentWhileAway = sent;
    await eventually(storedCount, (count) => count > sentWhileAway + 1000).finally(() => {
      goesOn = false;
    });
    await Promise.all(senders);
    await drained();
    expect(await storedCount()).toBe(sent);
  }, 30_000);

  test('a file that cannot be looked at does not keep deliveries from an engine that is there', async () => {
    away = false;
    const { webhooks } = open({ path: folder.path('inbox.db/spill') });
    expect(await send(webhooks, item('a', 1))).toEqual(stored);
    expect(await storedCount()).toBe(1);
  });

  test('a file that could not be looked at for a moment goes on taking deliveries', async () => {
    let tries = 0;
    const after: Clock['after'] = (ms, call) => {
      tries += 1;
      return soon(() => true)(ms, call);
    };
    const { webhooks } = open({ clock: { now: () => Date.now(), after } });
    expect(await send(webhooks, item('a', 1))).toEqual(stored);
    // why: it stands for whatever else keeps a file from being looked at, like a process that has no file descriptor left.
    const inTheWay = folder.path('spill.handing-over-x');
    afterAccept = () => {
      mkdirSync(inTheWay);
      tries = 0;
    };
    away = false;
    await eventually(
      () => existsSync(inTheWay) && tries > 0,
      (hasFailed) => hasFailed,
    );
    away = true;
    rmdirSync(inTheWay);
    expect(await send(webhooks, item('a', 2))).toEqual(stored);
    away = false;
    await drained();
    expect(accepted).toEqual([item('a', 1), item('a', 2)]);
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

  test('one that the engine has no time for does not keep the others behind it, and is stored when it gets more', async () => {
    const { webhooks } = open();
    for (const id of ['a', 'slow', 'b']) await send(webhooks, item(id, 1));
    slow = 'slow';
    away = false;
    await drained();
    await send(webhooks, item('c', 1));
    await drained();
    const ids = accepted.map((body) => JSON.parse(body).id);
    expect(ids.filter((id) => id !== 'slow')).toEqual(['a', 'b', 'c']);
    expect(ids.filter((id) => id === 'slow')).toHaveLength(5);
    expect(await storedCount()).toBe(4);
    const { deliveries } = await engine.list({ subject: 'platform item:slow' }, { limit: 1 });
    expect(deliveries).toMatchObject([{ outcome: 'stored', rejection: undefined, events: [{ status: 'pending' }] }]);
  });
});

describe('what a process cannot read', () => {
  const key = Buffer.alloc(32, 7);
  const otherKey = Buffer.alloc(32, 8);
  const cases: [string, InboxWrapOptions, InboxWrapOptions, readonly string[]][] = [
    ['a source that it does not have', {}, {}, ['other']],
    ['a key that it does not have', { encryption: { key } }, { encryption: { key: otherKey } }, ['platform', 'other']],
    ['a key, where it encrypts nothing', { encryption: { key } }, {}, ['platform', 'other']],
  ];

  const { emitWarning } = process;
  let warnings: unknown[][];
  const left = (): string[] => spilled().filter((line) => JSON.parse(line).source === 'platform');
  /** Waits until what it cannot read is left, and all else is handed over. */
  const isLeft = (): Promise<unknown> =>
    eventually(
      () => readdirSync(folder.root).filter((name) => name.startsWith('spill')),
      (names) => names.length === 1 && names.every((name) => name.includes('-left-')),
    );
  beforeEach(() => {
    warnings = [];
    process.emitWarning = (...warning: unknown[]) => void warnings.push(warning);
  });
  afterEach(() => {
    process.emitWarning = emitWarning;
  });

  test.each(cases)('of %s is left for one that can, and keeps nothing from it', async (_what, has, hasNot, sources) => {
    const first = open({}, has);
    await send(first.webhooks, item('a', 1));
    first.die();
    const old = open({}, hasNot, sources);
    expect(await send(old.webhooks, item('b', 1), '/other')).toEqual(stored);
    away = false;
    await isLeft();
    expect(await storedCount()).toBe(1);
    expect(await send(old.webhooks, item('b', 2), '/other')).toEqual(stored);
    await eventually(storedCount, (count) => count === 2);
    await isLeft();
    expect(left()).toHaveLength(1);
    expect(warnings).toMatchObject([
      [expect.stringContaining('(sources: platform)'), { code: 'MEDIAHOOKS_SPILL_LEFT' }],
    ]);
    open({}, has);
    await drained();
    expect((await engine.stats()).deliveries).toMatchObject({ stored: 3, quarantined: 0 });
  });

  test.each(cases)('of %s is quarantined when nobody could for an hour', async (_what, has, hasNot, sources) => {
    let now = Date.now();
    const looks: (() => void)[] = [];
    const after: Clock['after'] = (ms, call) => {
      if (ms === 60_000) looks.push(call);
      return soon(() => true)(ms, call);
    };
    const first = open({}, has);
    await send(first.webhooks, item('a', 1));
    first.die();
    away = false;
    open({ clock: { now: () => now, after } }, hasNot, sources);
    await isLeft();
    now += 3_599_000;
    looks.at(-1)?.();
    await eventually(
      () => looks.length,
      (length) => length === 2,
    );
    expect(left()).toHaveLength(1);
    now += 2000;
    looks.at(-1)?.();
    await drained();
    expect((await engine.stats()).deliveries).toMatchObject({ stored: 0, quarantined: 1 });
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

  test('one that lives finds what it has left within a minute, and need not be reminded', async () => {
    const waits: (number | boolean | undefined)[][] = [];
    const looks: (() => void)[] = [];
    const after: Clock['after'] = (ms, call, options) => {
      if (ms < 60_000) return soon(() => true)(ms, call);
      waits.push([ms, options?.keepsAlive]);
      looks.push(call);
      return () => undefined;
    };
    const first = open();
    const living = open({ clock: { now: () => Date.now(), after } });
    await eventually(
      () => looks.length,
      (length) => length === 1,
    );
    await send(first.webhooks, item('a', 1));
    first.die();
    away = false;
    expect(await send(living.webhooks, item('b', 1))).toEqual(stored);
    expect(accepted).toEqual([item('b', 1)]);
    looks[0]?.();
    await drained();
    expect(accepted).toEqual([item('b', 1), item('a', 1)]);
    expect(waits).toEqual([
      [60_000, false],
      [60_000, false],
    ]);
    expect(await send(living.webhooks, item('b', 2))).toEqual(stored);
  });

  test('the next one that cannot look at the file yet looks again', async () => {
    const first = open();
    await send(first.webhooks, item('a', 1));
    first.die();
    // why: it stands for whatever else keeps a file from being looked at, like a process that has no file descriptor left.
    mkdirSync(folder.path('spill.handing-over-x'));
    away = false;
    const next = open();
    expect(await send(next.webhooks, item('a', 2))).toEqual(stored);
    expect(accepted).toEqual([item('a', 2)]);
    rmdirSync(folder.path('spill.handing-over-x'));
    await drained();
    expect(await storedCount()).toBe(2);
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

  test('in the middle of handing over many subjects at the same time, nothing is lost and nothing is stored twice', async () => {
    const first = open();
    for (let index = 0; index < 100; index += 1) await send(first.webhooks, item(`v${index}`, 1));
    takes = 30;
    away = false;
    await eventually(storedCount, (count) => count === 30);
    first.die();
    takes = Number.POSITIVE_INFINITY;
    away = false;
    open();
    await drained();
    expect((await engine.stats()).deliveries).toEqual({ stored: 100, duplicate: 0, quarantined: 0, rejected: 0 });
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

test('a file that several processes hand over at the same time leaves no delivery set aside that is stored', async () => {
  const first = open();
  for (let version = 1; version <= 40; version += 1) await send(first.webhooks, item('a', version));
  first.die();
  away = false;
  for (const _process of [1, 2, 3]) open();
  await drained();
  await eventually(storedCount, (count) => count === 40);
  expect(existsSync(folder.path('spill.unreadable'))).toBe(false);
});

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
