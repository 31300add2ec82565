import type { RequestListener } from 'node:http';
import type { Receiver, RejectionCause, RejectionCode, Sources, WebhooksOptions } from '@mediahooks/core';

/** One way to misconfigure a receiver, or what stands around it. */
export interface Misconfiguration {
  readonly cause: RejectionCause;
  readonly code: RejectionCode;
  /** What somebody has done. */
  readonly mistake: string;
  readonly setUp: () => Promise<Trouble> | Trouble;
}

export interface Trouble {
  readonly sources: Sources;
  readonly options?: Omit<WebhooksOptions, 'logger' | 'observe' | 'sources'>;
  /** Every secret in this. None of them may be found in anything that is written. */
  readonly secrets: readonly string[];
  /** How the receiver is mounted, by name. Default: in every framework, under `/webhooks`. */
  readonly mounts?: Mounts;
  /** Sends what the platform would send. `url` ends with `/webhooks`; of a socket file it is its path. */
  readonly send: (url: string) => Promise<Response>;
  /** Whether the server listens on a socket file. */
  readonly onSocketFile?: boolean;
  readonly stop?: () => Promise<void>;
}

export type Mounts = Readonly<Record<string, (webhooks: Receiver) => RequestListener>>;
