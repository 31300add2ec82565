/** What the server's process says to the one that started it. */
export type ServerMessage =
  | { readonly kind: 'listening'; readonly port: number }
  | { readonly kind: 'state'; readonly count: number; readonly residentBytes: number; readonly cpuUs: number };

/** One measurement that the load's process is asked for. */
export interface LoadOrder {
  readonly port: number;
  readonly framework: string;
  readonly contestant: string;
  readonly connections: number;
  readonly bodyBytes: number;
  /**
   * How many different requests there are. Where they are sent again, a receiver must have forgotten them. It remembers
   * 10000, and one that waits in a connection that is accepted late is handled thousands of others later.
   */
  readonly poolSize: number;
  /** How long the load goes on before it counts, and how long it counts. */
  readonly warmUpMs: number;
  readonly measureMs: number;
}

export interface LoadResult {
  /** Of all answers, the warm-up's too. */
  readonly answered: number;
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}
