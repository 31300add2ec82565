import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import type { Inbox } from '@mediahooks/core';
import { type PostgresInboxOptions, postgresInbox } from '@mediahooks/inbox-postgres';
import { inboxContract } from '@mediahooks/testing';
import { findPostgres } from '../../../tests/services/postgres.ts';
import { dropSchema, makeTables, newSchema } from './schemas.ts';

// why: cases wait up to 20 seconds for an engine before they give up.
jest.setTimeout(30_000);

const service = await findPostgres();
const url = service?.url ?? '';
const folder = mkdtempSync(join(tmpdir(), 'mediahooks-inbox-'));
afterAll(async () => {
  await service?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const contractWith = (extra: (name: string) => Partial<PostgresInboxOptions>) =>
  inboxContract({
    async createStorage() {
      const schema = newSchema();
      const opened: Inbox[] = [];
      return {
        async open({ leaseMs, ...options } = {}) {
          // why: pg-boss knows no lease below ten seconds.
          const lease = leaseMs === undefined ? {} : { leaseMs: Math.max(leaseMs, 10_000) };
          const wrapped = extra(`${schema}-${opened.length}`);
          const inbox = postgresInbox({ connectionString: url, schema, pollMs: 50, ...wrapped, ...options, ...lease });
          opened.push(inbox);
          await makeTables(inbox);
          return inbox;
        },
        async remove() {
          await Promise.all(opened.map((inbox) => inbox.stop({ timeoutMs: 1 })));
          await dropSchema(url, schema);
        },
      };
    },
  });

const variants = [
  { title: 'inboxContract on PostgreSQL', cases: contractWith(() => ({})) },
  {
    title: 'inboxContract on PostgreSQL, encrypted and with a spill file',
    cases: contractWith((name) => ({ encryption: { key: Buffer.alloc(32, 7) }, spill: { path: join(folder, name) } })),
  },
];

for (const { cases, title } of variants) {
  describe(title, () => {
    for (const { name, leftOut, run } of cases) {
      (service === undefined || leftOut !== undefined ? test.skip : test)(name, run);
    }
  });
}
