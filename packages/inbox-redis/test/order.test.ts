import { expectRisingVersions } from '../../../tests/inbox/rising-versions.ts';
import { findRedis } from '../../../tests/services/redis.ts';
import { createTestStorage } from './storage.ts';

const service = await findRedis();
afterAll(() => service?.stop());

const testOrSkip = service === undefined ? test.skip : test;

testOrSkip(
  '1,000 subjects with 20 versions each, shuffled and repeated, over 50 connections: handled versions only rise, and the newest is among them',
  async () => {
    const storage = createTestStorage(service?.url ?? '');
    await expectRisingVersions(await storage.open());
    await storage.remove();
  },
  180_000,
);
