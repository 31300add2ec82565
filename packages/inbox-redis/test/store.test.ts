import { jest } from '@jest/globals';
import type { Acceptance } from '@mediahooks/core';
import { findRedis } from '../../../tests/services/redis.ts';
import { readServer } from '../src/connection.ts';
import { createEngine } from '../src/engine.ts';
import { createStore } from '../src/store.ts';
import { acceptance } from './fixtures.ts';
import { createTestStorage } from './storage.ts';

jest.setTimeout(60_000);

const service = await findRedis();
afterAll(() => service?.stop());

/** More jobs than Lua unpacks. */
const most = 8100;

const many = (): Acceptance => {
  const one = acceptance();
  const planned = one.plan(new Map()).events;
  const events = Array.from({ length: most }, (_, place) =>
    planned.map((event) => ({ ...event, id: `${one.delivery.id}.${place}` })),
  ).flat();
  return { ...one, plan: () => ({ events, subjects: new Map() }) };
};

(service === undefined ? test.skip : test)('a delivery of very many events is stored, or released, whole', async () => {
  const storage = createTestStorage(service?.url ?? '');
  const engine = createEngine({
    connection: readServer('test', { url: service?.url }).connection,
    root: `{${storage.prefix}}`,
    // why: a slow machine takes long for so many, and nobody waits for them here.
    timeoutMs: 30_000,
    maxQueued: 10,
    scrub: (message) => message,
    onReady: () => undefined,
    onLost: () => undefined,
  });
  try {
    const jobs: string[] = [];
    const store = createStore({
      engine,
      subjectsKey: `{${storage.prefix}}:subjects`,
      maxQueued: 10,
      onJobs: (made) => jobs.push(...made),
    });
    expect((await store.accept(many())).kind).toBe('stored');
    expect(jobs).toHaveLength(most);
    const later = many();
    await store.keep(later.delivery, 'quarantined', { code: 'invalid-payload', hint: '' });
    expect((await store.release(later)).kind).toBe('stored');
    expect(jobs).toHaveLength(2 * most);
  } finally {
    engine.close();
    await storage.remove();
  }
});
