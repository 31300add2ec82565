import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import getRawBody from 'raw-body';
import { verifyByHand } from '../../core/contestants/floor.ts';
import { type InboxReceiver, path } from '../receiver.ts';

const limit = 1_048_576;

/** The least that is still right: signature and timestamp, JSON; and the answer once it is kept. */
const storeByHand = (add: (payload: object, body: Uint8Array) => Promise<unknown>): RequestListener => {
  const receive = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const body = await getRawBody(req, { limit, length: req.headers['content-length'] ?? null });
    const payload = verifyByHand({
      headers: req.headers,
      body: Buffer.from(body.buffer, body.byteOffset, body.length),
    });
    const isGenuine = typeof payload === 'object' && payload !== null;
    if (isGenuine) await add(payload, body);
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

/** One row of one table for each delivery, all that wait in one transaction: the least that SQLite can be asked to do. */
const openTable = async (
  path: string,
): Promise<{ add(body: Uint8Array): Promise<void>; count(): number; close(): void }> => {
  const { DatabaseSync } = await import('node:sqlite');
  const database = new DatabaseSync(path);
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
  database.exec('CREATE TABLE deliveries (seq INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT');
  const insert = database.prepare('INSERT INTO deliveries (body) VALUES (?)');
  const count = database.prepare('SELECT count(*) AS n FROM deliveries');
  let waiting: { readonly body: Uint8Array; readonly done: () => void }[] = [];
  const flush = (): void => {
    const batch = waiting;
    waiting = [];
    database.exec('BEGIN IMMEDIATE');
    for (const { body } of batch) insert.run(body);
    database.exec('COMMIT');
    for (const { done } of batch) done();
  };
  // why: as the inbox does. Flushed at each turn of the event loop, half as many share a commit.
  const collect = (collected: number, turns: number): void => {
    setImmediate(() => (turns > 1 && waiting.length > collected ? collect(waiting.length, turns - 1) : flush()));
  };
  return {
    add: (body) =>
      new Promise((done) => {
        if (waiting.push({ body, done }) === 1) collect(1, 4);
      }),
    count: () => Number(count.get()?.n),
    close: () => database.close(),
  };
};

/** What the inboxes are built on, alone: no duplicates recognised, no order, and of a queue no delivery kept beside the job. */
export const byHand: readonly InboxReceiver[] = [
  {
    contestant: 'bare SQLite insert',
    status: 202,
    engine: undefined,
    async open({ folder }) {
      const table = await openTable(`${folder}/bare.db`);
      return {
        handle: storeByHand((_payload, body) => table.add(body)),
        kept: async () => table.count(),
        waiting: async () => 0,
        close: async () => table.close(),
      };
    },
  },
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
