import type { ActivityCount, ActivityQuery, DeliveryOutcome, RefusedCount } from '@mediahooks/core';
import { type ActivityUnit, activityUnits, readActivityQuery, stepOf } from '@mediahooks/core/inbox';
import type { Query } from './connections.ts';
import { number, outcome, text } from './rows.ts';
import { encodeText } from './text.ts';

/** So many of an outcome are to be counted. */
export interface Arrived extends RefusedCount {
  readonly outcome: DeliveryOutcome;
}

/** Counts of what arrived, by minute and by hour. */
export interface Activity {
  /** What to give to {@link addActivity}. */
  parameters(arrived: readonly Arrived[]): readonly (readonly unknown[])[];
  add(query: Query, arrived: readonly Arrived[]): Promise<void>;
  read(query: Query, asked: ActivityQuery): Promise<ActivityCount[]>;
  /** Removes what is counted no longer, and puts the shares of past counts together. */
  prune(query: Query, now: number): Promise<void>;
}

const units: readonly ActivityUnit[] = ['minute', 'hour'];

/**
 * Each count has so many shares, and a transaction adds to one of them.
 *
 * why: transactions that add to the same row wait for one another until each is on disk.
 */
const shares = 16;
/** Nothing is added any more to what is so old, but by a spill file that is handed over. */
const settledAfterMs = 2 * activityUnits.hour.lengthMs;

/** As part of a statement, from the parameter with this number on: five of them. */
export const addActivity = (schema: string, first: number): string =>
  `INSERT INTO ${schema}.activity AS known (unit, at, source, outcome, share, total)
   SELECT * FROM unnest($${first}::text[], $${first + 1}::bigint[], $${first + 2}::text[], $${first + 3}::text[],
     $${first + 4}::smallint[], $${first + 5}::bigint[])
   ON CONFLICT (unit, at, source, outcome, share) DO UPDATE SET total = known.total + excluded.total`;

export const createActivity = (schema: string): Activity => {
  const insert = addActivity(schema, 1);
  const sum =
    `SELECT at - at % $1::bigint AS step, source, outcome, sum(total) AS total FROM ${schema}.activity ` +
    'WHERE unit = $2 AND at >= $3 AND at < $4 GROUP BY step, source, outcome';
  const remove = `DELETE FROM ${schema}.activity WHERE unit = $1 AND at < $2`;
  const putTogether = `
    WITH gone AS (DELETE FROM ${schema}.activity WHERE at < $1 AND share <> 0 RETURNING unit, at, source, outcome, total)
    INSERT INTO ${schema}.activity AS known (unit, at, source, outcome, share, total)
    SELECT unit, at, source, outcome, 0, sum(total) FROM gone GROUP BY unit, at, source, outcome ORDER BY unit, at, source, outcome
    ON CONFLICT (unit, at, source, outcome, share) DO UPDATE SET total = known.total + excluded.total`;

  const parameters: Activity['parameters'] = (arrived) => {
    const totals = new Map<string, { unit: ActivityUnit; at: number; one: Arrived; total: number }>();
    for (const one of arrived) {
      for (const unit of units) {
        const at = stepOf(one.receivedAt, activityUnits[unit].lengthMs);
        const key = JSON.stringify([unit, at, one.source, one.outcome]);
        totals.set(key, { unit, at, one, total: (totals.get(key)?.total ?? 0) + one.count });
      }
    }
    // why sorted: two transactions that add to the same rows take them in the same order.
    const rows = [...totals].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
    const share = 1 + Math.floor(Math.random() * shares);
    return [
      rows.map(({ unit }) => unit),
      rows.map(({ at }) => at),
      rows.map(({ one }) => encodeText(one.source)),
      rows.map(({ one }) => one.outcome),
      rows.map(() => share),
      rows.map(({ total }) => total),
    ];
  };

  return {
    parameters,
    async add(query, arrived) {
      if (arrived.length > 0) await query(insert, parameters(arrived));
    },
    async read(query, asked) {
      const { from, unit, until } = readActivityQuery(asked);
      return (await query(sum, [asked.stepMs, unit, from, until])).map((row) => ({
        at: number(row, 'step'),
        source: text(row, 'source'),
        outcome: outcome(row),
        count: number(row, 'total'),
      }));
    },
    async prune(query, now) {
      for (const unit of units) await query(remove, [unit, now - activityUnits[unit].keptMs]);
      await query(putTogether, [now - settledAfterMs]);
    },
  };
};
