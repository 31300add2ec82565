import type { Inbox } from '@mediahooks/core';
import { type PostgresInboxOptions, postgresInbox } from '@mediahooks/inbox-postgres';
import { findPostgres } from '../../../tests/services/postgres.ts';
import { dropSchema, newSchema } from './schemas.ts';

const service = await findPostgres();
export const url = service?.url ?? '';
afterAll(async () => service?.stop());

/** A schema of each test's own. */
export interface TestDatabase {
  readonly schema: string;
  /** Is stopped after the test. */
  open(options?: Partial<PostgresInboxOptions>): Inbox;
}

/** Cases that need a server: skipped where there is none. */
export const describeOnPostgres = (title: string, cases: (database: TestDatabase) => void): void => {
  (service === undefined ? describe.skip : describe)(title, () => {
    let schema: string;
    let opened: Inbox[];

    beforeEach(() => {
      schema = newSchema();
      opened = [];
    });

    afterEach(async () => {
      await Promise.all(opened.map((inbox) => inbox.stop({ timeoutMs: 1 })));
      await dropSchema(url, schema);
    });

    cases({
      get schema() {
        return schema;
      },
      open(options = {}) {
        const database = options.pool === undefined ? { connectionString: url } : {};
        const inbox = postgresInbox({ ...database, schema, pollMs: 50, onWarning: () => undefined, ...options });
        opened.push(inbox);
        return inbox;
      },
    });
  });
};
