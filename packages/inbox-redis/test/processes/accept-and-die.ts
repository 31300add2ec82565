import process from 'node:process';
import { redisInbox } from '@mediahooks/inbox-redis';
import { acceptance } from '../fixtures.ts';

/** Stores a delivery, and is gone before its job is queued. Run as a process of its own: url, prefix, delivery id. */
const [, , url = '', prefix = '', id = ''] = process.argv;
const inbox = redisInbox({ url, prefix, onWarning: () => undefined });
// why: connected before, so that nothing but the acceptance is under way.
await inbox.stats();
await inbox.accept(acceptance({ id, subject: 'ignite video:1' }));
process.kill(process.pid, 'SIGKILL');
