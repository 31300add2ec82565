import process from 'node:process';
import { postgresInbox } from '@mediahooks/inbox-postgres';
import { handling } from '../fixtures.ts';

/** Begins to handle an event, and is gone. Run as a process of its own: url, schema. */
const [, , connectionString = '', schema = ''] = process.argv;
const inbox = postgresInbox({ connectionString, schema, leaseMs: 10_000 });
const { worker } = handling(() => {
  process.kill(process.pid, 'SIGKILL');
  return { kind: 'handled' };
});
await inbox.start(worker);
