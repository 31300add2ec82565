import type { Inbox } from '@mediahooks/core';
import { type EncryptionOptions, encryptedInbox } from './encrypted-inbox.ts';
import { keylessInbox } from './keyless-inbox.ts';
import { type SpillOptions, spillingInbox } from './spilling-inbox.ts';

/** What every engine offers beside its own options. */
export interface InboxWrapOptions {
  /** Encrypts stored content with AES-256-GCM. Default: none. */
  readonly encryption?: EncryptionOptions;
  /** A file for deliveries that come while the engine is unreachable. Default: none; they are answered 503. */
  readonly spill?: SpillOptions;
}

/**
 * An engine with encryption and spill file, as its options say. What is spilled is encrypted too. Without encryption, what other
 * processes have encrypted is told from content.
 *
 * @param engine Not one that is wrapped already: without a key of its own it would keep what is encrypted from who wraps it.
 */
export const wrapInbox = (engine: Inbox, { encryption, spill }: InboxWrapOptions): Inbox => {
  const spilling = spill === undefined ? engine : spillingInbox(engine, spill);
  return encryption === undefined ? keylessInbox(spilling) : encryptedInbox(spilling, encryption);
};
