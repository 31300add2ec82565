// The process that is killed: a receiver and its worker. Prints where it listens, and writes down each event it has handled.
import { openSync, writeSync } from 'node:fs';
import { createServer } from 'node:http';
import { createWebhooks } from '@mediahooks/core';
import { createNodeHandler } from '@mediahooks/node';
import { tpstreams } from '@mediahooks/providers';
import { openInbox } from './engines.ts';
import { createRandom } from './random.ts';

const [engine = '', storage = '', handledFile = '', seed = '0'] = process.argv.slice(2);
const { folder, name, url }: { folder: string; name: string; url?: string } = JSON.parse(storage);
const random = createRandom(Number(seed));
const inbox = await openInbox(engine, { folder, name, url });
const webhooks = createWebhooks({
  sources: { tpstreams: tpstreams({ token: 'a-token' }) },
  inbox,
  logger: false,
  // why: one event may be in the way of many kills, and of its handler's own failures.
  retry: { attempts: 10_000, firstDelayMs: 10, factor: 1 },
});

const handled = openSync(handledFile, 'a');
const waitUpToMs = (most: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, random() * most));

webhooks.on('*', async (event, { attempt }) => {
  await waitUpToMs(20);
  if (random() < 0.1) throw new Error('It fails now and then.');
  // why: of an event that was recorded as done, no further attempt may be made.
  const earlier = attempt > 1 ? await inbox.attempts(event.id) : [];
  const wasDone = earlier.some(({ endedAt, error }) => endedAt !== undefined && error === undefined);
  const payload: { title?: unknown } = Object(event.payload);
  // why: one write appends one line, whatever becomes of the process.
  writeSync(handled, `${payload.title} ${wasDone ? 'again' : 'once'}\n`);
  await waitUpToMs(2);
});

await webhooks.start();
const server = createServer(createNodeHandler(webhooks));
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address === 'object') process.stdout.write(`http://127.0.0.1:${address.port}\n`);
});
