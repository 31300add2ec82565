import { setImmediate as turn } from 'node:timers/promises';
import { sqliteInbox } from '@mediahooks/inbox-sqlite';
import { deliver, forEach, receiverOn } from './receiver.ts';

/**
 * In a process of its own: `fill.js <file> <handled> <pending>`. Through the receiver itself, so that the file is what years of use
 * would have made of it, whatever the schema is.
 */
const [, , path = '', handled = '0', pending = '0'] = process.argv;
const wanted = Number(handled);
let done = 0;
const working = receiverOn(sqliteInbox({ path, concurrency: 500 }), () => {
  done += 1;
});
await working.start();
await forEach(wanted, 500, async (index) => {
  // why: a backlog would cost nothing but its own time.
  while (index - done > 5000) await turn();
  await deliver(working, `1${index.toString(16)}`);
});
while (done < wanted) await turn();
await working.stop();

const storing = receiverOn(sqliteInbox({ path }), () => undefined);
await forEach(Number(pending), 500, (index) => deliver(storing, `2${index.toString(16)}`));
await storing.stop();
