import { randomUUID } from 'node:crypto';
import type { Inbox } from '@mediahooks/core';
import { type RedisInboxOptions, redisInbox } from '@mediahooks/inbox-redis';
import type { OpenOptions } from '@mediahooks/testing';
import { Redis } from 'ioredis';

/** Keys of its own on a server, and what was opened on them. */
export interface TestStorage {
  readonly prefix: string;
  open(options?: OpenOptions & Partial<RedisInboxOptions>): Promise<Inbox>;
  /** Stops what is still open. */
  close(): Promise<void>;
  /** Stops what is still open, and removes everything. */
  remove(): Promise<void>;
  /** For a look at the keys. */
  readonly redis: Redis;
}

export const createTestStorage = (url: string, extra: Partial<RedisInboxOptions> = {}): TestStorage => {
  const prefix = `test-${randomUUID()}`;
  const redis = new Redis(url);
  redis.on('error', () => undefined);
  const opened: Inbox[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(opened.map((inbox) => inbox.stop({ timeoutMs: 1 })));
  };
  return {
    prefix,
    redis,
    async open({ clock: _clock, ...options } = {}) {
      const inbox = redisInbox({ url, prefix, onWarning: () => undefined, ...extra, ...options });
      opened.push(inbox);
      return inbox;
    },
    close,
    async remove() {
      await close();
      for await (const keys of redis.scanStream({ match: `{${prefix}}:*`, count: 500 })) {
        if (keys.length > 0) await redis.unlink(...keys);
      }
      redis.disconnect();
    },
  };
};
