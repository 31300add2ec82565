import { setImmediate as turn } from 'node:timers/promises';
import { sqliteInbox } from '@mediahooks/inbox-sqlite';
import { copyDeliveries } from './copy-deliveries.ts';
import { deliver, forEach, receiverOn } from './receiver.ts';

/**
 * In a process of its own: `fill.js <file> <handled> <pending> <copies>`. The receiver itself takes one part of so many copies, so that
 * its rows are what they are in use; the others are copied from it, which is many times faster.
 */
const [, , path = '', handled = '0', pending = '0', copies = '1'] = process.argv;
const wanted = Number(handled) / Number(copies);
let done = 0;
const working = receiverOn(sqliteInbox({ path, concurrency: 100 }), () => {
  done += 1;
});
await working.start();
await forEach(wanted, 100, (index) => deliver(working, `1${index.toString(16)}`));
while (done < wanted) await turn();
await working.stop();

const storing = receiverOn(sqliteInbox({ path }), () => undefined);
await forEach(Number(pending) / Number(copies), 100, (index) => deliver(storing, `2${index.toString(16)}`));
await storing.stop();

copyDeliveries(path, Number(copies));
