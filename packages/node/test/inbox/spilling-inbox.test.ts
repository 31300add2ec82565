import { appendFileSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { createWebhooks, InboxUnavailableError } from '@mediahooks/core';
import { sqliteInbox } from '@mediahooks/inbox-sqlite';
import { wrapInbox } from '@mediahooks/node/inbox';
import { answerOf, gate, incoming, platform, signature } from '../../../core/test/platform.ts';
import { standingClock } from '../../../core/test/standing-clock.ts';
import { item, type SpillScene, send, spillScene, startsAt, stored, unavailable } from './spill-scene.ts';
import { eventually } from './temporary-folder.ts';

let scene: SpillScene;
beforeEach(() => {
  scene = spillScene();
});
afterEach(() => scene.close());

describe('while the engine is away', () => {
  test('a delivery is answered 202 and is on disk, whole, for its owner only', async () => {
    const { webhooks } = scene.open();
    expect(await send(webhooks, item('a', 1))).toEqual(stored);
    const [line = ''] = scene.spilled();
    expect(Buffer.from(JSON.parse(line).body, 'base64').toString()).toBe(item('a', 1));
    expect(statSync(scene.folder.path('spill')).mode & 0o777).toBe(0o600);
  });

  test('without a spill file it is answered 503', async () => {
    const webhooks = createWebhooks({
      sources: { platform: platform() },
      inbox: scene.reachable(() => true),
      logger: false,
    });
    expect(await send(webhooks, item('a', 1))).toEqual(unavailable);
  });

  test('one that is not valid is on disk too, and quarantined after', async () => {
    const { webhooks } = scene.open();
    expect(await send(webhooks, '{"no":"id"}')).toEqual(['invalid-payload', 202]);
    scene.away = false;
    await scene.drained();
    expect((await scene.engine.list({}, { limit: 10 })).deliveries).toMatchObject([
      { outcome: 'quarantined', rejection: { code: 'invalid-payload' } },
    ]);
  });

  test('a forged one is refused, and nothing of it is on disk', async () => {
    const { webhooks } = scene.open();
    const forged = incoming({ headers: ['X-Signature', signature('something else', startsAt)] });
    expect(answerOf(await webhooks.receive(forged))).toEqual(['credential-invalid', 401]);
    expect(scene.spilled()).toEqual([]);
  });

  test('only chosen sources are spilled; others are answered 503, so that they come again', async () => {
    const { webhooks } = scene.open({ sources: ['platform'] });
    expect(await send(webhooks, item('a', 1), '/platform')).toEqual(stored);
    expect(await send(webhooks, item('b', 1), '/other')).toEqual(unavailable);
    expect(scene.spilled()).toHaveLength(1);
  });

  test('a file that has reached its limit takes nothing more: 503', async () => {
    const { webhooks } = scene.open({ maxBytes: 1500, clock: { now: () => Date.now(), after: () => () => undefined } });
    const answers: unknown[] = [];
    for (let index = 0; index < 10; index += 1) answers.push((await send(webhooks, item(`a${index}`, 1)))[1]);
    const count = scene.spilled().length;
    expect(count).toBeGreaterThan(0);
    expect(count).toBeLessThan(10);
    expect(answers).toEqual([...Array(count).fill(202), ...Array(10 - count).fill(503)]);
    expect(statSync(scene.folder.path('spill')).size).toBeLessThanOrEqual(1500);
  });

  test('a file that cannot be written takes nothing: 503', async () => {
    mkdirSync(scene.folder.path('spill-folder'));
    const { webhooks } = scene.open({ path: scene.folder.path('spill-folder') });
    expect(await send(webhooks, item('a', 1))).toEqual(unavailable);
    const nowhere = scene.open({ path: scene.folder.path('no/such/folder/spill') });
    expect(await send(nowhere.webhooks, item('a', 1))).toEqual(unavailable);
  });
});

test('a line that cannot be read is set aside, whole', async () => {
  const { webhooks } = scene.open();
  await send(webhooks, item('a', 1));
  appendFileSync(scene.folder.path('spill'), '{"of":"another release"}\n');
  scene.away = false;
  await scene.drained();
  expect(readFileSync(scene.folder.path('spill.unreadable'), 'utf8')).toBe('{"of":"another release"}\n');
  expect(await scene.storedCount()).toBe(1);
});

test('an inbox that is encrypted spills nothing that can be read, and hands it over readable', async () => {
  const encryption = { key: Buffer.alloc(32, 7) };
  const { webhooks } = scene.open({}, { encryption });
  const body = JSON.stringify({ id: 'a', title: 'a plaintext title' });
  expect(await send(webhooks, body)).toEqual(stored);
  expect(readFileSync(scene.folder.path('spill'), 'utf8')).not.toMatch(/plaintext|x-signature/i);
  expect(Buffer.from(JSON.parse(scene.spilled()[0] ?? '').body, 'base64').toString('latin1')).not.toContain(
    'plaintext',
  );
  scene.away = false;
  await scene.drained();
  // why another: the scene's engine has no key, and gives nothing of what is encrypted to who has wrapped it once more.
  const inbox = sqliteInbox({ path: scene.folder.path('inbox.db'), encryption });
  const { deliveries } = await eventually(
    () => inbox.list({}, { limit: 1 }),
    (page) => page.deliveries.length === 1,
  );
  await inbox.stop({ timeoutMs: 0 });
  expect(deliveries[0]?.events[0]?.payload).toEqual([{ id: 'a', title: 'a plaintext title' }]);
});

test('a stop takes its time once: what handing over has used, the engine does not get again', async () => {
  const clock = standingClock(startsAt);
  const handingOver = gate();
  const answered = gate();
  const limits: number[] = [];
  let isAway = true;
  const inbox = wrapInbox(
    {
      ...scene.engine,
      async accept(acceptance) {
        if (isAway) throw new InboxUnavailableError('The engine is away.');
        handingOver.open();
        await answered.passed;
        return scene.engine.accept(acceptance);
      },
      stop: async ({ timeoutMs }) => void limits.push(timeoutMs),
    },
    { spill: { path: scene.folder.path('spill'), clock } },
  );
  const webhooks = createWebhooks({ sources: { platform: platform() }, inbox, logger: false });
  expect(await send(webhooks, item('a', 1))).toEqual(stored);
  isAway = false;
  clock.pass(1000);
  await handingOver.passed;
  const stopping = inbox.stop({ timeoutMs: 5000 });
  clock.pass(3000);
  answered.open();
  await stopping;
  expect(limits).toEqual([2000]);
  expect(await scene.storedCount()).toBe(1);
});

test.each([
  ['no path', { path: '' }, 'option-invalid'],
  ['a misspelt option', { path: 'spill', source: ['gcore'] }, 'option-unknown'],
])('refuses options with %s', (_title, spill, code) => {
  expect(() => wrapInbox(scene.engine, { spill })).toThrow(expect.objectContaining({ code }));
});
