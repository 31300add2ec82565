import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Inbox, NonRetryableError } from '@mediahooks/core';
import { sqliteInbox } from '@mediahooks/inbox-sqlite';
import { incoming, startsAt } from '../platform.ts';
import { standingClock } from '../standing-clock.ts';
import { receiverWith, stop, turns } from './fixtures.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mediahooks-aborted-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const aborted = (signal: AbortSignal): Promise<unknown> =>
  new Promise((resolve) => signal.addEventListener('abort', resolve));

test.each([
  ['that it was', (signal: AbortSignal) => signal.throwIfAborted()],
  [
    'that trying again is useless',
    () => {
      throw new NonRetryableError('It was aborted.');
    },
  ],
])(
  'a last attempt that a stop has aborted, and that says %s, is told of as one to be tried again',
  async (_what, say) => {
    const path = join(folder, 'inbox.db');
    const observed: string[] = [];
    const first = receiverWith({
      path,
      retry: { attempts: 1 },
      observe: {
        failed: (_delivery, _event, error) => observed.push(`failed ${String(error)}`),
        dead: () => observed.push('dead'),
      },
    });
    first.webhooks.on('*', async (_event, { signal }) => {
      await aborted(signal);
      say(signal);
    });
    await first.webhooks.start();
    const { deliveryId } = await first.webhooks.receive(incoming());
    await turns();
    await stop(first.webhooks, first.clock);
    expect(observed).toEqual([expect.stringMatching(/^failed .*abort/)]);
    expect(first.told.join('\n')).toMatch(/error event failed \{.*"attempt":1,"retryInMs":0/);

    const next = receiverWith({ path, clock: first.clock, retry: { attempts: 1 } });
    next.webhooks.on('*', () => undefined);
    await next.webhooks.start();
    await turns();
    expect((await next.inbox.get(deliveryId))?.events).toMatchObject([{ status: 'handled', attempts: 2 }]);
    await stop(next.webhooks, next.clock);
  },
);

test('a last attempt that an outage of the engine has aborted is made again; what fails then fails for good', async () => {
  const outage = new AbortController();
  const clock = standingClock(startsAt);
  const inbox = sqliteInbox({ path: ':memory:', clock });
  const start: Inbox['start'] = (worker) =>
    inbox.start({
      ...worker,
      run: (event, delivery, context) =>
        worker.run(event, delivery, context.attempt > 1 ? context : { ...context, signal: outage.signal }),
    });
  const dead: unknown[] = [];
  const { webhooks } = receiverWith({
    clock,
    inbox: { ...inbox, start },
    retry: { attempts: 1 },
    observe: { dead: (_delivery, _event, error, attempts) => dead.push([String(error), attempts]) },
  });
  webhooks.on('*', async (_event, { attempt, signal }) => {
    if (attempt > 1) throw new Error('For good.');
    await aborted(signal);
    signal.throwIfAborted();
  });
  await webhooks.start();
  const { deliveryId } = await webhooks.receive(incoming());
  await turns();
  outage.abort();
  await turns();
  expect(dead).toEqual([]);
  clock.pass(15_000);
  await turns();
  expect(dead).toEqual([['Error: For good.', 2]]);
  expect((await inbox.get(deliveryId))?.events).toMatchObject([{ status: 'dead', attempts: 2 }]);
  await stop(webhooks, clock);
});
