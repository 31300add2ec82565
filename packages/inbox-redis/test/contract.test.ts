import { jest } from '@jest/globals';
import { inboxContract } from '@mediahooks/testing';
import { findRedis } from '../../../tests/services/redis.ts';
import { createTestStorage } from './storage.ts';

// why: cases wait up to 20 seconds for an engine before they give up.
jest.setTimeout(30_000);

const service = await findRedis();
afterAll(() => service?.stop());

const cases = inboxContract({ createStorage: async () => createTestStorage(service?.url ?? '') });

describe('inboxContract on Redis', () => {
  for (const { name, leftOut, run } of cases) {
    (service === undefined || leftOut !== undefined ? test.skip : test)(name, run);
  }
});
