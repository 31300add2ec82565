import type { ActivityCount, ActivityQuery, HandlerLatency } from '@mediahooks/core';
import { activityUnits, deliveryOutcomeFrom, latencyOf, readActivityQuery, stepOf } from '@mediahooks/core/inbox';
import type { Engine } from './engine.ts';

/** What is counted as it happens. */
export interface Counts {
  activity(query: ActivityQuery): Promise<readonly ActivityCount[]>;
  latency(query?: { readonly source?: string }): Promise<readonly HandlerLatency[]>;
}

/** A hash holds the minutes of an hour, or the hours of a day. */
const hashLengthMs = { minute: activityUnits.hour.lengthMs, hour: 24 * activityUnits.hour.lengthMs } as const;

export const createCounts = (engine: Engine, root: string): Counts => ({
  async activity(query) {
    const { from, unit, until } = readActivityQuery(query);
    const { keptMs, lengthMs } = activityUnits[unit];
    const hashMs = hashLengthMs[unit];
    // why: what is before that has expired, and need not be asked for.
    const first = Math.floor(Math.max(from, Date.now() - keptMs - hashMs) / hashMs);
    const keys: string[] = [];
    for (let hash = first; hash * hashMs < until; hash += 1) keys.push(`${root}:activity:${unit}:${hash}`);
    const hashes = await engine.use((redis) => Promise.all(keys.map((key) => redis.hgetall(key))));
    const totals = new Map<string, { at: number; source: string; outcome: string; count: number }>();
    for (const [field, value] of hashes.flatMap((hash) => Object.entries(hash))) {
      const [, index = '', outcome = '', source = ''] = /^([0-9]+) ([a-z]+) (.*)$/s.exec(field) ?? [];
      const time = Number(index) * lengthMs;
      if (time < from || time >= until) continue;
      const at = stepOf(time, query.stepMs);
      const key = `${at} ${outcome} ${source}`;
      totals.set(key, { at, source, outcome, count: (totals.get(key)?.count ?? 0) + Number(value) });
    }
    return [...totals.values()].map((one) => ({ ...one, outcome: deliveryOutcomeFrom(one.outcome) }));
  },
  async latency({ source } = {}) {
    const sources = source === undefined ? await engine.use((redis) => redis.smembers(`${root}:durations`)) : [source];
    const lists = await engine.use((redis) =>
      Promise.all(sources.map((one) => redis.lrange(`${root}:durations:${one}`, 0, -1))),
    );
    return latencyOf(
      lists.flatMap((list, index) =>
        list.map((entry) => {
          const [durationMs, failed] = entry.split(' ');
          return { source: sources[index] ?? '', durationMs: Math.max(Number(durationMs), 0), failed: failed === '1' };
        }),
      ),
    );
  },
});
