import process from 'node:process';
import { postgresInbox } from '@mediahooks/inbox-postgres';
import { acceptance, handling } from '../fixtures.ts';

/** Stores deliveries that other processes store too, and handles what there is. Run as a process of its own: url, schema, count, subjects. */
const [, , connectionString = '', schema = '', count = '', subjects = ''] = process.argv;
const inbox = postgresInbox({ connectionString, schema, pollMs: 50, timeoutMs: 30_000 });
const { worker } = handling((id, attempt) => {
  console.log(`handled ${id} ${attempt}`);
  return { kind: 'handled' };
});
await inbox.start(worker);
const accept = async (index: number): Promise<void> => {
  const subject = `ignite video:${index % Number(subjects)}`;
  const result = await inbox.accept(acceptance({ keys: [`key ${index}`], subject }));
  console.log(`${result.kind} ${index}`);
};
await Promise.all(Array.from({ length: Number(count) }, (_, index) => accept(index)));
for (;;) {
  const { events } = await inbox.stats();
  if (events.pending + events.waiting + events.running === 0) break;
}
await inbox.stop({ timeoutMs: 5000 });
