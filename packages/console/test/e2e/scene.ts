import { type Clock, type Inbox, type InboxFilter, systemClock } from '@mediahooks/core';
import { type AuditEntry, type Permissions, webhookConsole } from '../../src/index.ts';
import { type Kept, keptReceiver, listen, receiverAnd } from '../receiver.ts';
import { handleSome } from '../sample.ts';

/** A receiver with its console, and what a test needs to look behind them. */
export interface Scene {
  /** `http://127.0.0.1:<port>`: the receiver is at `/webhooks`, the console at `/console`. */
  readonly origin: string;
  readonly webhooks: Kept['webhooks'];
  readonly audited: readonly AuditEntry[];
  /** Ids of the deliveries that a filter finds, newest first. */
  ids(filter: InboxFilter): Promise<readonly string[]>;
  /** Until every event is done with. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

export const startScene = async (
  permissions: Permissions,
  handle = handleSome,
  clock: Clock = systemClock,
): Promise<Scene> => {
  const kept = keptReceiver(clock);
  handle(kept);
  const audited: AuditEntry[] = [];
  const shown = webhookConsole(kept.webhooks, {
    authorize: () => permissions,
    audit: (entry) => void audited.push(entry),
    logger: { info: () => undefined, error: (fields) => console.error(fields) },
    refreshMs: 100,
  });
  const server = await listen(receiverAnd(kept.webhooks, (req, res) => void shown.node(req, res)));
  await kept.webhooks.start();
  return {
    origin: server.origin,
    webhooks: kept.webhooks,
    audited,
    async ids(filter) {
      const { deliveries } = await inboxOf(kept).list(filter, { limit: 1000 });
      return deliveries.map(({ id }) => id);
    },
    async settle() {
      await kept.webhooks.drain({ idleMs: 150 });
    },
    async close() {
      await server.close();
      await kept.remove();
    },
  };
};

const inboxOf = ({ webhooks }: Kept): Inbox => {
  if (webhooks.inbox === undefined) throw new Error('There is no inbox.');
  return webhooks.inbox;
};

export const everything: Permissions = { view: true, act: true, reveal: true, user: 'ada@example.org' };
