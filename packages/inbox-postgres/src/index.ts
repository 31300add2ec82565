export type { PostgresInboxOptions } from './options.ts';
export { postgresInbox } from './postgres-inbox.ts';
export type { PostgresWarning, PostgresWarningCode } from './warnings.ts';
