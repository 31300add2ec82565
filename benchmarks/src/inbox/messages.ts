/** What a server's process is asked: how it is, or to end. */
export type ServerQuestion = 'close' | 'state';

export type ServerMessage =
  | { readonly kind: 'closed' }
  | { readonly kind: 'listening'; readonly port: number }
  | ({ readonly kind: 'state' } & ServerState);

export interface ServerState {
  /** How many deliveries its storage has. */
  readonly kept: number;
  /** How many of them it has still to handle. */
  readonly waiting: number;
  /** The time its process has computed, in all threads. An engine in a process of its own is not in it. */
  readonly cpuUs: number;
}

/** Each next one after the one before, as of a database that counts; or anywhere among them. */
export type VideoIds = 'random' | 'rising';

/** One measurement that the load's process is asked for. */
export interface LoadOrder {
  readonly port: number;
  readonly status: number;
  readonly connections: number;
  /** What the ids of the videos are like. */
  readonly ids: VideoIds;
  /** How long the load goes on before it counts, and how long it counts. */
  readonly warmUpMs: number;
  readonly measureMs: number;
}

export interface LoadResult {
  /** Of all answers, the warm-up's too. */
  readonly answered: number;
  readonly acceptedPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}
