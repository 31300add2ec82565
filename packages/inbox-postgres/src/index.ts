export type { PostgresInboxOptions } from './options.ts';
export { postgresInbox } from './postgres-inbox.ts';
