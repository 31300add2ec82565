import { createServer } from 'node:http';
import { webhookConsole } from '@mediahooks/console';
import { sqliteInbox } from '@mediahooks/inbox-sqlite';
import { createNodeHandler } from '@mediahooks/node';
import { receiverOn } from '../scale/receiver.ts';

/**
 * A process with a receiver on a file, and its console: `serve.js <file>`. Says what it has computed when it is asked, and ends
 * when the process that started it does.
 */
const [, , path = ''] = process.argv;
const webhooks = receiverOn(sqliteInbox({ path }), () => undefined);
const shown = webhookConsole(webhooks, { authorize: () => true });
const receive = createNodeHandler(webhooks);
const server = createServer((req, res) => void receive(req, res, () => void shown.node(req, res)));

process.on('message', () => {
  const { system, user } = process.cpuUsage();
  process.send?.({ cpuUs: user + system });
});
process.on('disconnect', () => process.exit());
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('The server has no port.');
  process.send?.({ port: address.port });
});
