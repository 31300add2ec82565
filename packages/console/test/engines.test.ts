import type { Inbox } from '@mediahooks/core';
import { postgresInbox } from '@mediahooks/inbox-postgres';
import { sqliteInbox } from '@mediahooks/inbox-sqlite';
import { findPostgres } from '../../../tests/services/postgres.ts';
import { findRedis } from '../../../tests/services/redis.ts';
import { dropSchema, makeTables, newSchema } from '../../inbox-postgres/test/schemas.ts';
import { createTestStorage } from '../../inbox-redis/test/storage.ts';
import { temporaryFolder } from '../../inbox-sqlite/test/temporary-folder.ts';
import { webhookConsole } from '../src/index.ts';
import { visitorOf } from './browser.ts';
import { type Kept, type Listening, listen, receiverAnd, receiverOver } from './receiver.ts';
import { handleSome, sendSample } from './sample.ts';

const [postgres, redis] = await Promise.all([findPostgres(), findRedis()]);
afterAll(async () => {
  await Promise.all([postgres?.stop(), redis?.stop()]);
});

interface Opened {
  readonly inbox: Inbox;
  remove(): Promise<void> | void;
}

interface Engine {
  readonly name: string;
  readonly isThere: boolean;
  /** An empty inbox, and what takes it away. */
  open(): Promise<Opened>;
}

const engines: readonly Engine[] = [
  {
    name: 'SQLite',
    isThere: true,
    async open() {
      const folder = temporaryFolder();
      return { inbox: sqliteInbox({ path: folder.path('inbox.db'), pollMs: 50 }), remove: folder.remove };
    },
  },
  {
    name: 'PostgreSQL',
    isThere: postgres !== undefined,
    async open() {
      const [url, schema] = [postgres?.url ?? '', newSchema()];
      const inbox = postgresInbox({ connectionString: url, schema, pollMs: 50, onWarning: () => undefined });
      await makeTables(inbox);
      return { inbox, remove: () => dropSchema(url, schema) };
    },
  },
  {
    name: 'Redis',
    isThere: redis !== undefined,
    async open() {
      const storage = createTestStorage(redis?.url ?? '');
      return { inbox: await storage.open(), remove: storage.remove };
    },
  },
];

describe.each(engines.filter(({ isThere }) => isThere))('over $name', ({ open }) => {
  let opened: Opened;
  let webhooks: Kept['webhooks'];
  let server: Listening;
  const audited: string[] = [];

  beforeAll(async () => {
    opened = await open();
    webhooks = receiverOver(opened.inbox);
    handleSome({ webhooks });
    const shown = webhookConsole(webhooks, {
      authorize: () => ({ view: true, act: true, user: 'ada' }),
      audit: ({ action, result }) => void audited.push(`${action}: ${result}`),
      logger: { info: () => undefined, error: () => undefined },
    });
    server = await listen(receiverAnd(webhooks, (req, res) => void shown.node(req, res)));
    await webhooks.start();
    await sendSample(server.origin);
    await webhooks.drain({ idleMs: 1500 });
  }, 60_000);

  afterAll(async () => {
    await server.close();
    await webhooks.stop();
    await opened.remove();
  }, 30_000);

  const page = async (path: string): Promise<string> => {
    const response = await fetch(`${server.origin}/console/${path}`);
    expect({ path, status: response.status }).toEqual({ path, status: 200 });
    return response.text();
  };

  test('the overview counts what needs a person, and knows each source', async () => {
    const text = await page('overview?span=hour');
    expect(text).toContain('<b>1</b><span>dead letter</span>');
    expect(text).toContain('<b>1</b><span>quarantined</span>');
    for (const source of ['gcore', 'ignite', 'tpstreams', 'echo3d', '3q']) {
      expect(text).toContain(`<a href="./deliveries?source=${source}">${source}</a>`);
    }
    expect(text).toMatch(/class="stored" x=/);
  });

  test.each([
    ['', 14],
    ['outcome=dead', 1],
    ['outcome=rejected', 2],
    ['outcome=quarantined', 1],
    ['outcome=duplicate', 1],
    ['source=ignite&outcome=stale', 1],
    ['type=video.updated', 2],
    ['text=507f1f77bcf86cd799439011', 4],
    ['source=nobody', 0],
  ])('deliveries?%s shows %i', async (query, rows) => {
    const text = await page(`deliveries?${query}`);
    expect(text.match(/<td class="when">/g)?.length ?? 0).toBe(rows);
  });

  test('a subject has its history, and what changed', async () => {
    const text = await page('subject?name=ignite%20video%3A507f1f77bcf86cd799439011');
    expect(text.match(/name="before"/g)).toHaveLength(4);
    expect(text).toContain('<th scope="row"><bdi>visibility</bdi></th>');
  });

  test('a delivery is shown with its attempts, and replayed', async () => {
    const [dead] = (await opened.inbox.list({ status: 'dead' }, { limit: 1 })).deliveries;
    const path = `deliveries/${dead?.id}`;
    expect(await page(path)).toContain('The catalogue answered 502 Bad Gateway');
    const visitor = visitorOf(`${server.origin}/console`);
    const token = await visitor.tokenOf(path);
    expect((await visitor.post(`${path}/replay`, { token })).status).toBe(303);
    expect(audited).toEqual(['replay: 1 in line']);
    await webhooks.drain({ idleMs: 1500 });
    expect(await page(path)).toContain('dead letter');
  }, 30_000);

  test('all that a filter finds is discarded', async () => {
    const visitor = visitorOf(`${server.origin}/console`);
    const token = await visitor.tokenOf('bulk?action=discard&outcome=dead');
    const fields = { token, filter: 'outcome=dead', until: String(Date.now() + 1000), sure: 'yes' };
    const text = await (await visitor.post('bulk/discard', fields)).text();
    expect(text).toContain('Done: 1 delivery discarded.');
    expect(audited).toEqual(['replay: 1 in line', 'discard: 1 discarded']);
    expect((await opened.inbox.list({ status: 'dead' }, { limit: 1 })).deliveries).toEqual([]);
  });
});
