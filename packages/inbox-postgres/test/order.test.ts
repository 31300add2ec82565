import { postgresInbox } from '@mediahooks/inbox-postgres';
import { expectRisingVersions } from '../../../tests/inbox/rising-versions.ts';
import { findPostgres } from '../../../tests/services/postgres.ts';
import { dropSchema, makeTables, newSchema } from './schemas.ts';

const service = await findPostgres();
const connectionString = service?.url ?? '';
const schema = newSchema();
afterAll(async () => {
  if (service !== undefined) await dropSchema(connectionString, schema);
  await service?.stop();
});

const testOrSkip = service === undefined ? test.skip : test;

testOrSkip(
  '1,000 subjects with 20 versions each, shuffled and repeated, over 50 connections: handled versions only rise, and the newest is among them',
  async () => {
    const inbox = postgresInbox({ connectionString, schema });
    await makeTables(inbox);
    await expectRisingVersions(inbox);
  },
  180_000,
);
