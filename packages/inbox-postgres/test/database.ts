import type { Inbox } from '@mediahooks/core';
import { type PostgresInboxOptions, postgresInbox } from '@mediahooks/inbox-postgres';
import { dropSchema, newSchema } from './schemas.ts';

/** A schema of a test's own, and what was opened on it. */
export interface TestDatabase {
  readonly schema: string;
  open(options?: Partial<PostgresInboxOptions>): Inbox;
  /** Stops what is still open, and removes everything. */
  remove(): Promise<void>;
}

export const createTestDatabase = (url: string): TestDatabase => {
  const schema = newSchema();
  const opened: Inbox[] = [];
  return {
    schema,
    open(options = {}) {
      const database = options.pool === undefined ? { connectionString: url } : {};
      const inbox = postgresInbox({ ...database, schema, pollMs: 50, onWarning: () => undefined, ...options });
      opened.push(inbox);
      return inbox;
    },
    async remove() {
      await Promise.all(opened.map((inbox) => inbox.stop({ timeoutMs: 1 })));
      await dropSchema(url, schema);
    },
  };
};
