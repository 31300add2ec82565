import { existsSync, mkdirSync, rmdirSync } from 'node:fs';
import type { Clock } from '@mediahooks/core';
import { item, type SpillScene, send, soon, spillScene, stored } from './spill-scene.ts';
import { eventually } from './temporary-folder.ts';

let scene: SpillScene;
beforeEach(() => {
  scene = spillScene();
});
afterEach(() => scene.close());

describe('when the engine is back', () => {
  test('everything is handed over in its order, what arrives meanwhile behind it, and the file is gone', async () => {
    const { webhooks } = scene.open();
    const bodies = Array.from({ length: 20 }, (_, index) => item('a', index));
    for (const body of bodies.slice(0, 10)) expect(await send(webhooks, body)).toEqual(stored);
    scene.away = false;
    for (const body of bodies.slice(10)) expect(await send(webhooks, body)).toEqual(stored);
    await scene.drained();
    expect(scene.accepted).toEqual(bodies);
    expect(await scene.storedCount()).toBe(20);
    expect(await send(webhooks, item('a', 21))).toEqual(stored);
    // why not at once: the file is gone a moment before it is known that it is, and until then what arrives stays behind it.
    await scene.drained();
    expect(await scene.storedCount()).toBe(21);
  });

  test('many are handed over at the same time, those of one subject one after another', async () => {
    const { webhooks } = scene.open();
    const bodies = Array.from({ length: 200 }, (_, index) => item(`v${index % 50}`, index));
    for (const body of bodies) expect(await send(webhooks, body)).toEqual(stored);
    scene.away = false;
    await scene.drained();
    expect(scene.together.ofOne).toBe(1);
    expect(scene.together.ofAll).toBeGreaterThan(10);
    expect(await scene.storedCount()).toBe(200);
    expect((await scene.engine.stats()).events.stale).toBe(0);
  });

  test('one that the engine refuses is not overtaken by the next of its subject', async () => {
    const { webhooks } = scene.open();
    // why: what comes after these is in one file, whenever the first try renames it.
    for (const id of ['first', 'second']) await send(webhooks, item(id, 1));
    await send(webhooks, JSON.stringify({ id: 'a', version: 1, type: 'slow' }));
    await send(webhooks, item('a', 2));
    scene.slow = 'slow';
    scene.away = false;
    await eventually(
      () => scene.accepted.length,
      (length) => length > 3,
    );
    expect(scene.accepted).not.toContain(item('a', 2));
    scene.slow = undefined;
    await scene.drained();
    expect((await scene.engine.stats()).events).toMatchObject({ pending: 3, waiting: 1, stale: 0 });
  });

  test('deliveries that keep coming do not put off the next try', async () => {
    const due: { readonly call: () => void }[] = [];
    const after: Clock['after'] = (ms, call) => {
      if (ms >= 60_000) return () => undefined;
      const timer = { call };
      due.push(timer);
      return () => void due.splice(due.indexOf(timer), 1);
    };
    const { webhooks } = scene.open({ clock: { now: () => Date.now(), after } });
    await send(webhooks, item('a', 1));
    const [next] = due;
    await send(webhooks, item('a', 2));
    expect(due).toHaveLength(1);
    expect(due[0]).toBe(next);
    scene.away = false;
    next?.call();
    await scene.drained();
    expect(scene.accepted).toEqual([item('a', 1), item('a', 2)]);
  });

  test('deliveries that keep coming, many at a time, do not keep it from handing over', async () => {
    const { webhooks } = scene.open();
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
    scene.away = false;
    const sentWhileAway = sent;
    await eventually(scene.storedCount, (count) => count > sentWhileAway + 1000).finally(() => {
      goesOn = false;
    });
    await Promise.all(senders);
    await scene.drained();
    expect(await scene.storedCount()).toBe(sent);
  }, 30_000);

  test('a file that cannot be looked at does not keep deliveries from an engine that is there', async () => {
    scene.away = false;
    const { webhooks } = scene.open({ path: scene.folder.path('inbox.db/spill') });
    expect(await send(webhooks, item('a', 1))).toEqual(stored);
    expect(await scene.storedCount()).toBe(1);
  });

  test('a file that could not be looked at for a moment goes on taking deliveries', async () => {
    let tries = 0;
    const after: Clock['after'] = (ms, call) => {
      tries += 1;
      return soon(() => true)(ms, call);
    };
    const { webhooks } = scene.open({ clock: { now: () => Date.now(), after } });
    expect(await send(webhooks, item('a', 1))).toEqual(stored);
    // why: it stands for whatever else keeps a file from being looked at, like a process that has no file descriptor left.
    const inTheWay = scene.folder.path('spill.handing-over-x');
    scene.afterAccept = () => {
      mkdirSync(inTheWay);
      tries = 0;
    };
    scene.away = false;
    await eventually(
      () => existsSync(inTheWay) && tries > 0,
      (hasFailed) => hasFailed,
    );
    scene.away = true;
    rmdirSync(inTheWay);
    expect(await send(webhooks, item('a', 2))).toEqual(stored);
    scene.away = false;
    await scene.drained();
    expect(scene.accepted).toEqual([item('a', 1), item('a', 2)]);
  });

  test('a delivery that came twice meanwhile is stored once', async () => {
    const { webhooks } = scene.open();
    for (let twice = 0; twice < 2; twice += 1) expect(await send(webhooks, item('a', 1))).toEqual(stored);
    scene.away = false;
    await scene.drained();
    expect((await scene.engine.stats()).deliveries).toMatchObject({ stored: 1, duplicate: 1 });
  });

  test('the state of a subject is derived from then, in order', async () => {
    const { webhooks } = scene.open();
    await send(webhooks, item('a', 2));
    await send(webhooks, item('a', 1));
    scene.away = false;
    await scene.drained();
    expect((await scene.engine.stats()).events).toMatchObject({ pending: 1, stale: 1 });
  });

  test('one that the engine has no time for does not keep the others behind it, and is stored when it gets more', async () => {
    const { webhooks } = scene.open();
    for (const id of ['a', 'slow', 'b']) await send(webhooks, item(id, 1));
    scene.slow = 'slow';
    scene.away = false;
    await scene.drained();
    await send(webhooks, item('c', 1));
    await scene.drained();
    const ids = scene.accepted.map((body) => JSON.parse(body).id);
    expect(ids.filter((id) => id !== 'slow')).toEqual(['a', 'b', 'c']);
    expect(ids.filter((id) => id === 'slow')).toHaveLength(5);
    expect(await scene.storedCount()).toBe(4);
    const { deliveries } = await scene.engine.list({ subject: 'platform item:slow' }, { limit: 1 });
    expect(deliveries).toMatchObject([{ outcome: 'stored', rejection: undefined, events: [{ status: 'pending' }] }]);
  });
});
