import type { Clock, Inbox } from '@mediahooks/core';

export interface OpenOptions {
  readonly concurrency?: number;
  readonly leaseMs?: number;
  /** Where the engine takes one. An engine whose queueing is a library's has that library's clock. */
  readonly clock?: Clock;
}

/** How an engine is opened for the contract. */
export interface InboxHarness {
  /** A new, empty storage for one case. */
  createStorage(): Promise<InboxStorage>;
}

/** One storage; what is opened on it more than once are several processes at the same storage. */
export interface InboxStorage {
  open(options?: OpenOptions): Promise<Inbox>;
  /** Stops what is still open, and removes everything. */
  remove(): Promise<void>;
}
