import { jest } from '@jest/globals';
import type { Inbox } from '@mediahooks/core';
import { postgresInbox } from '@mediahooks/inbox-postgres';
import { inboxContract } from '@mediahooks/testing';
import { findPostgres } from '../../../tests/services/postgres.ts';
import { dropSchema, newSchema } from './schemas.ts';

jest.setTimeout(60_000);

const service = await findPostgres();
afterAll(async () => service?.stop());

const cases = inboxContract({
  async createStorage() {
    const url = service?.url ?? '';
    const schema = newSchema();
    const opened: Inbox[] = [];
    return {
      async open({ leaseMs, ...options } = {}) {
        // why: pg-boss knows no lease below ten seconds.
        const lease = leaseMs === undefined ? {} : { leaseMs: Math.max(leaseMs, 10_000) };
        const inbox = postgresInbox({
          connectionString: url,
          schema,
          pollMs: 50,
          onWarning: () => undefined,
          ...options,
          ...lease,
        });
        opened.push(inbox);
        return inbox;
      },
      async remove() {
        await Promise.all(opened.map((inbox) => inbox.stop({ timeoutMs: 1 })));
        await dropSchema(url, schema);
      },
    };
  },
});

describe('inboxContract on PostgreSQL', () => {
  const isSkipped = service === undefined;
  for (const { name, leftOut, run } of cases) (isSkipped || leftOut !== undefined ? test.skip : test)(name, run);
});
