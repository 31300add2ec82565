import type { HandlerLatency } from './inbox.ts';

export interface AttemptDuration {
  readonly source: string;
  readonly durationMs: number;
  readonly failed: boolean;
}

/** Sums attempts up, source by source. For engines. */
export const latencyOf = (attempts: readonly AttemptDuration[]): readonly HandlerLatency[] =>
  [...new Set(attempts.map(({ source }) => source))].map((source) => {
    const own = attempts.filter((attempt) => attempt.source === source);
    const durations = own.map(({ durationMs }) => durationMs);
    return {
      source,
      attempts: own.length,
      failed: own.filter(({ failed }) => failed).length,
      p50Ms: quantile(durations, 0.5),
      p99Ms: quantile(durations, 0.99),
    };
  });

/** The quantile of some durations, in any order; 0 where there is none. By the nearest rank. */
const quantile = (durations: readonly number[], part: number): number =>
  [...durations].sort((a, b) => a - b)[Math.max(Math.ceil(durations.length * part) - 1, 0)] ?? 0;
