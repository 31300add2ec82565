import { createWebhooks, type Inbox } from '@mediahooks/core';
import { createNodeHandler } from '@mediahooks/node';
import { ignite } from '@mediahooks/providers/ignite';
import { secret } from '../../core/contestants/mediahooks.ts';
import type { InboxReceiver, OpenReceiver, Storage } from '../receiver.ts';

/** What everybody is compared with: the same receiver, whose handler has run when it answers. */
const none: InboxReceiver = {
  contestant: 'no inbox',
  status: 200,
  engine: undefined,
  async open() {
    const webhooks = createWebhooks({ sources: { ignite: ignite({ secret }) }, logger: false });
    let handled = 0;
    webhooks.on('ignite.video.updated', () => {
      handled += 1;
    });
    return {
      handle: createNodeHandler(webhooks, { path: '/webhooks' }),
      kept: async () => handled,
      waiting: async () => 0,
      close: () => webhooks.stop(),
    };
  },
};

/** A receiver that stores; `works` where it hands the events to their handler meanwhile, too. */
const open = async (inbox: Inbox, works: boolean): Promise<OpenReceiver> => {
  const webhooks = createWebhooks({ sources: { ignite: ignite({ secret }) }, inbox, logger: false });
  webhooks.on('ignite.video.updated', () => undefined);
  if (works) await webhooks.start();
  return {
    handle: createNodeHandler(webhooks, { path: '/webhooks' }),
    kept: async () => (await inbox.stats()).deliveries.stored,
    async waiting() {
      const { pending, running, waiting } = (await inbox.stats()).events;
      return works ? pending + running + waiting : 0;
    },
    close: () => webhooks.stop(),
  };
};

const openSqlite = async ({ folder }: Storage): Promise<Inbox> => {
  const { sqliteInbox } = await import('@mediahooks/inbox-sqlite');
  return sqliteInbox({ path: `${folder}/inbox.db` });
};

export const ours: readonly InboxReceiver[] = [
  none,
  {
    contestant: 'SQLite',
    status: 202,
    engine: undefined,
    open: async (storage) => open(await openSqlite(storage), false),
  },
  {
    contestant: 'SQLite, which also handles',
    status: 202,
    engine: undefined,
    open: async (storage) => open(await openSqlite(storage), true),
  },
  {
    contestant: 'PostgreSQL',
    status: 202,
    engine: 'postgres',
    async open({ url }) {
      const { postgresInbox } = await import('@mediahooks/inbox-postgres');
      return open(postgresInbox({ connectionString: url }), false);
    },
  },
  {
    contestant: 'Redis',
    status: 202,
    engine: 'redis',
    async open({ url }) {
      const { redisInbox } = await import('@mediahooks/inbox-redis');
      return open(redisInbox({ url }), false);
    },
  },
];
