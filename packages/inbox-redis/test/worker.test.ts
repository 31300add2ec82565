import { jest } from '@jest/globals';
import { findRedis } from '../../../tests/services/redis.ts';
import { readServer } from '../src/connection.ts';
import { createDispatcher } from '../src/dispatcher.ts';
import { createEngine } from '../src/engine.ts';
import { createJobs } from '../src/jobs.ts';
import { startWorkerLoop } from '../src/worker.ts';
import { acceptance, handling } from './fixtures.ts';
import { createTestStorage } from './storage.ts';

jest.setTimeout(30_000);

const service = await findRedis();
const url = service?.url ?? '';
afterAll(() => service?.stop());

(service === undefined ? describe.skip : describe)('A worker', () => {
  test('that is to stop when its claim is answered begins nothing, and leaves the event to others at once', async () => {
    const storage = createTestStorage(url);
    const root = `{${storage.prefix}}`;
    const { connection, scrub } = readServer('test', { url });
    const idle = (): void => undefined;
    const engine = createEngine({
      connection,
      root,
      scrub,
      timeoutMs: 2000,
      maxQueued: 100,
      onReady: idle,
      onLost: idle,
    });
    try {
      const inbox = await storage.open();
      await inbox.accept(acceptance({ id: 'one', subject: 'ignite video:1' }));
      const jobs = createJobs(engine);
      const { seen, worker } = handling(1);
      const stopped = new Promise<void>((resolve, reject) => {
        const loop = startWorkerLoop({
          connection,
          root,
          worker,
          concurrency: 1,
          leaseMs: 60_000,
          dispatcher: createDispatcher({ engine, root }),
          jobs: {
            ...jobs,
            async claim(held, lost) {
              const claim = await jobs.claim(held, lost);
              loop.stop(0).then(resolve, reject);
              return claim;
            },
          },
        });
      });
      await stopped;
      expect(seen).toEqual([]);
      expect((await inbox.get('one'))?.events.map(({ status }) => status)).toEqual(['pending']);
      const next = handling(1);
      await inbox.start(next.worker);
      expect(await next.all).toEqual(['one.0']);
    } finally {
      engine.close();
      await storage.remove();
    }
  });
});
