import type { RequestListener } from 'node:http';
import type { EngineName } from './engine-server.ts';

/** Where a receiver keeps what it accepts: a folder of its own, and the server of its engine. */
export interface Storage {
  readonly folder: string;
  readonly url: string;
}

export interface OpenReceiver {
  readonly handle: RequestListener;
  /** How many deliveries it has accepted and kept, as its storage says. */
  kept(): Promise<number>;
  /** How many of them wait for a handler that this receiver has. */
  waiting(): Promise<number>;
  /** Lets go of the storage. */
  close(): Promise<void>;
}

/** A server that answers once a delivery is verified and, but for the one without an inbox, on disk. */
export interface InboxReceiver {
  readonly contestant: string;
  /** What it answers to a delivery it has accepted. */
  readonly status: 200 | 202;
  readonly engine: EngineName | undefined;
  open(storage: Storage): Promise<OpenReceiver>;
}

/** All contestants verify the same deliveries, sent here. */
export const path = '/webhooks/ignite';
