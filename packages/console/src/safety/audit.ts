import { asciiJson, type Logger, type MaybePromise } from '@mediahooks/core';
import type { Viewer } from './authorize.ts';

/** Something that somebody did in the console. */
export interface AuditEntry {
  readonly action: 'discard' | 'replay' | 'reveal';
  readonly delivery: string;
  /** As `authorize` named them. */
  readonly user: string | undefined;
  readonly address: string | undefined;
  readonly at: Date;
  /** What came of it, in words; of `reveal`, which is told before anything is shown, that it was asked for. */
  readonly result: string;
}

/** Called for every replay, discard and reveal; of many at once for each delivery. What it throws ends the action it tells of. */
export type AuditHook = (entry: AuditEntry) => MaybePromise<void>;

export interface Audit {
  tell(action: AuditEntry['action'], delivery: string, viewer: Viewer, result: string): Promise<void>;
}

export const createAudit = (logger: Pick<Logger, 'info'>, hook: AuditHook | undefined, now: () => number): Audit => ({
  async tell(action, delivery, { address, user }, result) {
    const at = now();
    logger.info({ action, delivery, user, address, result }, `console: ${action}`);
    await hook?.({ action, delivery, user, address, at: new Date(at), result });
  },
});

/** Where no logger is given: one line on standard output, in printable ASCII, so that no name can write a second one. */
export const consoleAuditLogger: Pick<Logger, 'info'> = {
  info(fields, message) {
    console.info(`[mediahooks] ${message} ${asciiJson(fields)}`);
  },
};
