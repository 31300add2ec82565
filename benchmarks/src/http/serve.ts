import type { ServerMessage } from './messages.ts';
import { receiverOf } from './receivers/all.ts';

/** A process with one receiver in it: `serve.js <framework> <contestant>`. Ends when the process that started it does. */
const [, , framework = '', contestant = ''] = process.argv;
let count = 0;
const server = await receiverOf(framework, contestant).createServer(() => {
  count += 1;
});

const say = (message: ServerMessage): void => {
  process.send?.(message);
};
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  say({ kind: 'state', count, residentBytes: process.memoryUsage.rss(), cpuUs: user + system });
});
process.on('disconnect', () => process.exit());
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('The server has no port.');
  say({ kind: 'listening', port: address.port });
});
