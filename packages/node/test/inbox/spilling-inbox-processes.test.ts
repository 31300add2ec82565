import { appendFileSync, existsSync, mkdirSync, readdirSync, rmdirSync } from 'node:fs';
import type { Clock } from '@mediahooks/core';
import type { InboxWrapOptions } from '@mediahooks/node/inbox';
import { item, type SpillScene, send, soon, spillScene, stored } from './spill-scene.ts';
import { eventually } from './temporary-folder.ts';

let scene: SpillScene;
beforeEach(() => {
  scene = spillScene();
});
afterEach(() => scene.close());

describe('when the process dies', () => {
  test('the next one hands over what the last has left, without a delivery to remind it', async () => {
    const first = scene.open();
    await send(first.webhooks, item('a', 1));
    first.die();
    scene.away = false;
    scene.open();
    await scene.drained();
    expect(await scene.storedCount()).toBe(1);
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
    const first = scene.open();
    const living = scene.open({ clock: { now: () => Date.now(), after } });
    await eventually(
      () => looks.length,
      (length) => length === 1,
    );
    await send(first.webhooks, item('a', 1));
    first.die();
    scene.away = false;
    expect(await send(living.webhooks, item('b', 1))).toEqual(stored);
    expect(scene.accepted).toEqual([item('b', 1)]);
    looks[0]?.();
    await scene.drained();
    expect(scene.accepted).toEqual([item('b', 1), item('a', 1)]);
    expect(waits).toEqual([
      [60_000, false],
      [60_000, false],
    ]);
    expect(await send(living.webhooks, item('b', 2))).toEqual(stored);
  });

  test('the next one that cannot look at the file yet looks again', async () => {
    const first = scene.open();
    await send(first.webhooks, item('a', 1));
    first.die();
    // why: it stands for whatever else keeps a file from being looked at, like a process that has no file descriptor left.
    mkdirSync(scene.folder.path('spill.handing-over-x'));
    scene.away = false;
    const next = scene.open();
    expect(await send(next.webhooks, item('a', 2))).toEqual(stored);
    expect(scene.accepted).toEqual([item('a', 2)]);
    rmdirSync(scene.folder.path('spill.handing-over-x'));
    await scene.drained();
    expect(await scene.storedCount()).toBe(2);
  });

  test('in the middle of handing over, nothing is lost and nothing is stored twice', async () => {
    const first = scene.open();
    for (let index = 0; index < 6; index += 1) await send(first.webhooks, item('a', index));
    scene.takes = 3;
    scene.away = false;
    await eventually(scene.storedCount, (count) => count === 3);
    first.die();
    scene.takes = Number.POSITIVE_INFINITY;
    scene.away = false;
    const next = scene.open();
    expect(await send(next.webhooks, item('a', 6))).toEqual(stored);
    await scene.drained();
    expect((await scene.engine.stats()).deliveries).toEqual({ stored: 7, duplicate: 0, quarantined: 0, rejected: 0 });
    expect(scene.accepted).toEqual(Array.from({ length: 7 }, (_, index) => item('a', index)));
  });

  test('in the middle of handing over many subjects at the same time, nothing is lost and nothing is stored twice', async () => {
    const first = scene.open();
    for (let index = 0; index < 100; index += 1) await send(first.webhooks, item(`v${index}`, 1));
    scene.takes = 30;
    scene.away = false;
    await eventually(scene.storedCount, (count) => count === 30);
    first.die();
    scene.takes = Number.POSITIVE_INFINITY;
    scene.away = false;
    scene.open();
    await scene.drained();
    expect((await scene.engine.stats()).deliveries).toEqual({ stored: 100, duplicate: 0, quarantined: 0, rejected: 0 });
  });

  test('in the middle of a line, that line is no delivery, and takes no other with it', async () => {
    const first = scene.open();
    await send(first.webhooks, item('a', 1));
    first.die();
    const [whole = ''] = scene.spilled();
    appendFileSync(scene.folder.path('spill'), whole.slice(0, whole.length / 2));
    const next = scene.open();
    expect(await send(next.webhooks, item('b', 1))).toEqual(stored);
    scene.away = false;
    await scene.drained();
    expect(scene.accepted).toEqual([item('a', 1), item('b', 1)]);
  });

  test('at the end of half a line, nothing is made of it', async () => {
    const first = scene.open();
    await send(first.webhooks, item('a', 1));
    first.die();
    const [whole = ''] = scene.spilled();
    appendFileSync(scene.folder.path('spill'), whole.slice(0, whole.length / 2));
    scene.away = false;
    scene.open();
    await scene.drained();
    expect(scene.accepted).toEqual([item('a', 1)]);
    expect(existsSync(scene.folder.path('spill.unreadable'))).toBe(false);
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
  const left = (): string[] => scene.spilled().filter((line) => JSON.parse(line).source === 'platform');
  /** Waits until what it cannot read is left, and all else is handed over. */
  const isLeft = (): Promise<unknown> =>
    eventually(
      () => readdirSync(scene.folder.root).filter((name) => name.startsWith('spill')),
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
    const first = scene.open({}, has);
    await send(first.webhooks, item('a', 1));
    first.die();
    const old = scene.open({}, hasNot, sources);
    expect(await send(old.webhooks, item('b', 1), '/other')).toEqual(stored);
    scene.away = false;
    await isLeft();
    expect(await scene.storedCount()).toBe(1);
    expect(await send(old.webhooks, item('b', 2), '/other')).toEqual(stored);
    await eventually(scene.storedCount, (count) => count === 2);
    await isLeft();
    expect(left()).toHaveLength(1);
    expect(warnings).toMatchObject([
      [expect.stringContaining('(sources: platform)'), { code: 'MEDIAHOOKS_SPILL_LEFT' }],
    ]);
    scene.open({}, has);
    await scene.drained();
    expect((await scene.engine.stats()).deliveries).toMatchObject({ stored: 3, quarantined: 0 });
  });

  test.each(cases)('of %s is quarantined when nobody could for an hour', async (_what, has, hasNot, sources) => {
    let now = Date.now();
    const looks: (() => void)[] = [];
    const after: Clock['after'] = (ms, call) => {
      if (ms === 60_000) looks.push(call);
      return soon(() => true)(ms, call);
    };
    const first = scene.open({}, has);
    await send(first.webhooks, item('a', 1));
    first.die();
    scene.away = false;
    scene.open({ clock: { now: () => now, after } }, hasNot, sources);
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
    await scene.drained();
    expect((await scene.engine.stats()).deliveries).toMatchObject({ stored: 0, quarantined: 1 });
  });
});

test('what was spilled before encryption was turned on is handed over as plain as it came', async () => {
  const first = scene.open();
  await send(first.webhooks, item('a', 1));
  first.die();
  scene.away = false;
  scene.open({}, { encryption: { key: Buffer.alloc(32, 7) } });
  await scene.drained();
  const { deliveries } = await scene.engine.list({}, { limit: 5 });
  expect(deliveries).toMatchObject([{ outcome: 'stored', events: [{ payload: [{ id: 'a', version: 1 }] }] }]);
});

test('several processes share the file: what one appends while another hands over is not lost', async () => {
  const receivers = [scene.open(), scene.open(), scene.open()];
  const sent: Promise<readonly [string, number]>[] = [];
  for (let index = 0; index < 300; index += 1) {
    scene.away = index % 20 < 10;
    for (const [which, { webhooks }] of receivers.entries()) sent.push(send(webhooks, item(`${which}-${index}`, 1)));
    await new Promise((resolve) => setImmediate(resolve));
  }
  for (const answer of await Promise.all(sent)) expect(answer).toEqual(stored);
  scene.away = false;
  await scene.drained();
  await eventually(scene.storedCount, (count) => count === 900);
}, 30_000);

test('a file that several processes hand over at the same time leaves no delivery set aside that is stored', async () => {
  const first = scene.open();
  for (let version = 1; version <= 40; version += 1) await send(first.webhooks, item('a', version));
  first.die();
  scene.away = false;
  for (const _process of [1, 2, 3]) scene.open();
  await scene.drained();
  await eventually(scene.storedCount, (count) => count === 40);
  expect(existsSync(scene.folder.path('spill.unreadable'))).toBe(false);
});
