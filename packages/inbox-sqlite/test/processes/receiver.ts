// A receiver on the file it is given: prints its address, and `handled <id>` for each event; or why it does not start.
import { createServer } from 'node:http';
import { createWebhooks } from '@mediahooks/core';
import { sqliteInbox } from '@mediahooks/inbox-sqlite';
import { createNodeHandler } from '@mediahooks/node';
import { tpstreams } from '@mediahooks/providers';

const say = (text: string): boolean => process.stdout.write(`${text}\n`);

try {
  const inbox = sqliteInbox({ path: process.argv[2] ?? '' });
  const webhooks = createWebhooks({ sources: { tpstreams: tpstreams({ token: 'a-token' }) }, inbox, logger: false });
  webhooks.on('*', ({ subject }) => say(`handled ${subject}`));
  await webhooks.start();
  const server = createServer(createNodeHandler(webhooks));
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    if (typeof address === 'object') say(`listening http://127.0.0.1:${address?.port}`);
  });
} catch (error) {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  say(`refused ${code} ${error instanceof Error ? error.message : error}`);
}
