import { createServer } from 'node:http';
import type { ServerMessage, ServerQuestion } from './messages.ts';
import { inboxReceiverOf } from './receivers/all.ts';

/** A process with one receiver in it: `serve.js <contestant> <folder> <url>`. Ends when the process that started it does. */
const [, , contestant = '', folder = '', url = ''] = process.argv;
const receiver = await inboxReceiverOf(contestant).open({ folder, url });
const server = createServer(receiver.handle);

const say = (message: ServerMessage): void => {
  process.send?.(message);
};

const answer = async (question: ServerQuestion): Promise<void> => {
  if (question === 'close') {
    server.close();
    server.closeAllConnections();
    await receiver.close();
    say({ kind: 'closed' });
    return;
  }
  const { system, user } = process.cpuUsage();
  say({ kind: 'state', kept: await receiver.kept(), waiting: await receiver.waiting(), cpuUs: user + system });
};

process.on('message', ({ question }: { readonly question: ServerQuestion }) => void answer(question));
process.on('disconnect', () => process.exit());
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('The server has no port.');
  say({ kind: 'listening', port: address.port });
});
