import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Inbox } from '@mediahooks/core';
import { sqliteInbox } from '@mediahooks/inbox-sqlite';

export interface TemporaryInbox {
  /** For each receiver that shares it. */
  open(): Inbox;
  /** Its file. */
  readonly path: string;
  /** Call it once the receivers are stopped. */
  remove(): void;
}

/** An inbox for one tour: with what an earlier one has left, a stream that starts would be one that goes on. */
export const createTemporaryInbox = (): TemporaryInbox => {
  const folder = mkdtempSync(join(tmpdir(), 'mediahooks-tour-'));
  const path = join(folder, 'mediahooks.db');
  return { open: () => sqliteInbox({ path }), path, remove: () => rmSync(folder, { recursive: true, force: true }) };
};
