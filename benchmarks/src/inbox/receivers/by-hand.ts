import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import getRawBody from 'raw-body';
import { verifyByHand } from '../../core/contestants/floor.ts';
import { type InboxReceiver, path } from '../receiver.ts';

const limit = 1_048_576;

/** The least that is still right: signature and timestamp, JSON; and the answer once the queue has the payload. */
const storeByHand = (add: (payload: object) => Promise<unknown>): RequestListener => {
  const receive = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const body = await getRawBody(req, { limit, length: req.headers['content-length'] ?? null });
    const payload = verifyByHand({
      headers: req.headers,
      body: Buffer.from(body.buffer, body.byteOffset, body.length),
    });
    const isGenuine = typeof payload === 'object' && payload !== null;
    if (isGenuine) await add(payload);
    res.writeHead(isGenuine ? 202 : 401, { 'content-type': 'application/json' });
    res.end(JSON.stringify({ ok: isGenuine }));
  };
  return (req, res) => {
    if (req.method !== 'POST' || req.url !== path) {
      res.writeHead(404).end();
      return;
    }
    receive(req, res).catch(() => res.writeHead(503).end());
  };
};

const name = 'deliveries';

/** The queues that the inboxes are built on, alone: no duplicates recognised, no order, no delivery kept beside the job. */
export const byHand: readonly InboxReceiver[] = [
  {
    contestant: 'bare pg-boss send',
    status: 202,
    engine: 'postgres',
    async open({ url }) {
      const { PgBoss } = await import('pg-boss');
      const boss = new PgBoss({ connectionString: url, schema: 'bare' });
      boss.on('error', (error) => process.stderr.write(`pg-boss: ${error.message}\n`));
      await boss.start();
      await boss.createQueue(name);
      return {
        handle: storeByHand(async (payload) => {
          if ((await boss.send(name, payload)) === null) throw new Error('pg-boss has not taken the job.');
        }),
        // why: pg-boss counts its queues once a minute only.
        kept: async () => Number((await boss.getDb().executeSql('SELECT count(*) AS n FROM bare.job')).rows[0]?.n),
        waiting: async () => 0,
        close: () => boss.stop({ graceful: false }),
      };
    },
  },
  {
    contestant: 'bare BullMQ add',
    status: 202,
    engine: 'redis',
    async open({ url }) {
      const { Queue } = await import('bullmq');
      const { hostname, port } = new URL(url);
      const queue = new Queue(name, { connection: { host: hostname, port: Number(port) }, prefix: 'bare' });
      return {
        handle: storeByHand((payload) => queue.add('delivery', payload)),
        kept: async () => Object.values(await queue.getJobCounts()).reduce((total, count) => total + count, 0),
        waiting: async () => 0,
        close: () => queue.close(),
      };
    },
  },
];
