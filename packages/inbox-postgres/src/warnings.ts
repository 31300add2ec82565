import { describe, isOutage, type Scrub } from './failure.ts';

export type PostgresWarningCode =
  | 'MEDIAHOOKS_POSTGRES_FAILURE'
  | 'MEDIAHOOKS_POSTGRES_FSYNC_OFF'
  | 'MEDIAHOOKS_POSTGRES_UNREACHABLE';

/** Something an operator should know. */
export interface PostgresWarning {
  /** Stable. */
  readonly code: PostgresWarningCode;
  readonly message: string;
}

export interface Warnings {
  /** What went wrong with nobody waiting for an answer. An outage is told once, until it is over. */
  failed(error: unknown): void;
  /** The database has done what it was asked. */
  well(): void;
  fsyncOff(): void;
}

/** So many different failures are told before any is told again: bounded, should their words differ each time. */
const maxTold = 20;

export const createWarnings = (onWarning: (warning: PostgresWarning) => void, scrub: Scrub): Warnings => {
  const told = new Set<string>();
  const warn = (key: string, code: PostgresWarningCode, message: string): void => {
    if (told.has(key)) return;
    if (told.size >= maxTold) told.clear();
    told.add(key);
    try {
      onWarning({ code, message });
    } catch {
      // why: there is nobody left to tell.
    }
  };
  return {
    failed(error) {
      const message = describe(error, scrub);
      if (!isOutage(error)) return warn(message, 'MEDIAHOOKS_POSTGRES_FAILURE', `The inbox had a failure: ${message}.`);
      const what =
        'PostgreSQL cannot be reached; deliveries are answered 503 until it is back, or spilled where that is configured';
      warn('outage', 'MEDIAHOOKS_POSTGRES_UNREACHABLE', `${what}: ${message}.`);
    },
    well: () => void told.delete('outage'),
    fsyncOff() {
      const what = 'The PostgreSQL server does not wait for its disk (fsync = off)';
      warn('fsync', 'MEDIAHOOKS_POSTGRES_FSYNC_OFF', `${what}: after a power cut, what was answered can be lost.`);
    },
  };
};

/** Hands a warning to Node, which prints it to the console, and to whoever listens for `process.on('warning', …)`. */
export const emitWarning = ({ code, message }: PostgresWarning): void => {
  process.emitWarning(message, { type: 'MediahooksWarning', code });
};
