import {
  createWebhooks,
  type Inbox,
  InboxUnavailableError,
  type Logger,
  type SourceOptions,
  type WebhooksOptions,
} from '@mediahooks/core';
import { sqliteInbox } from '@mediahooks/inbox-sqlite';
import { platform, startsAt } from '../platform.ts';
import { type StandingClock, settledOnDisk, standingClock } from '../standing-clock.ts';

export interface ReceiverOptions
  extends Pick<SourceOptions, 'stale'>,
    Partial<Omit<WebhooksOptions, 'sources' | 'clock'>> {
  readonly clock?: StandingClock;
  /** The file of the inbox; default: one in memory. */
  readonly path?: string;
}

/** A receiver of the tests' platform with an inbox whose time stands still. */
export const receiverWith = ({ clock = standingClock(startsAt), path, stale, ...options }: ReceiverOptions = {}) => {
  const inbox = options.inbox ?? sqliteInbox({ path: path ?? ':memory:', clock });
  const told: string[] = [];
  const note =
    (level: keyof Logger) =>
    (fields: object, message: string): void =>
      void told.push(`${level} ${message} ${JSON.stringify(fields)}`);
  const webhooks = createWebhooks({
    sources: { platform: platform({ ...(stale !== undefined && { stale }) }) },
    logger: { debug: note('debug'), info: note('info'), warn: note('warn'), error: note('error') },
    random: () => 0.5,
    ...options,
    clock,
    inbox,
  });
  return { webhooks, inbox, clock, told };
};

/** Lets everything that waits for a commit or a handler go as far as it can. */
export const turns = async (count = 12): Promise<void> => {
  for (let turn = 0; turn < count; turn += 1) await settledOnDisk();
};

/** Stops a receiver whose clock stands still. */
export const stop = async (webhooks: { stop(options: { timeoutMs: number }): Promise<void> }, clock: StandingClock) => {
  const stopped = webhooks.stop({ timeoutMs: 0 });
  for (let step = 0; step < 5; step += 1) {
    await turns();
    clock.pass(1000);
  }
  await stopped;
};

/** An inbox of which nothing can be had but what a test gives it. */
export const brokenInbox = (parts: Partial<Inbox> = {}): Inbox => {
  const away = async (): Promise<never> => {
    throw new InboxUnavailableError('The disk is full.');
  };
  return {
    accept: away,
    keep: away,
    countRefused: away,
    events: away,
    activity: away,
    latency: away,
    newest: away,
    start: away,
    stop: async () => undefined,
    list: away,
    get: away,
    load: away,
    attempts: away,
    requeue: away,
    release: away,
    discard: away,
    stats: away,
    prune: away,
    ...parts,
  };
};
