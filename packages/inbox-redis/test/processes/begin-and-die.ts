import process from 'node:process';
import { redisInbox } from '@mediahooks/inbox-redis';
import { handling } from '../fixtures.ts';

/** Begins to handle an event, and is gone. Run as a process of its own: url, prefix, lease in milliseconds. */
const [, , url = '', prefix = '', leaseMs = ''] = process.argv;
const inbox = redisInbox({ url, prefix, leaseMs: Number(leaseMs), onWarning: () => undefined });
const { worker } = handling(1, () => {
  process.kill(process.pid, 'SIGKILL');
  return { kind: 'handled' };
});
await inbox.start(worker);
