import type { DatabaseSync } from 'node:sqlite';
import type { ActivityCount, ActivityQuery, DeliveryOutcome, RefusedCount } from '@mediahooks/core';
import { type ActivityUnit, activityUnits, deliveryOutcomes, readActivityQuery, stepOf } from '@mediahooks/core/inbox';
import { number, text } from './rows.ts';

/** Counts of what arrived, by minute and by hour. */
export interface Activity {
  /** Counts, in memory at first. To be followed by `write` or `forget`. */
  note(outcome: DeliveryOutcome, counted: RefusedCount): void;
  /** Puts what was noted into the file: once for all deliveries of a transaction. */
  write(): void;
  /** The transaction has failed. */
  forget(): void;
  read(query: ActivityQuery): ActivityCount[];
  /** Removes what is counted no longer. */
  prune(now: number): void;
}

const units: readonly ActivityUnit[] = ['minute', 'hour'];

export const createActivity = (database: DatabaseSync): Activity => {
  // why within limits: a number that the column cannot hold would refuse every delivery that is counted there.
  const add = database.prepare(
    'INSERT INTO activity (unit, at, source, outcome, total) VALUES (?, ?, ?, ?, ?) ' +
      `ON CONFLICT (unit, at, source, outcome) DO UPDATE SET total = min(total + excluded.total, ${Number.MAX_SAFE_INTEGER})`,
  );
  const sum = database.prepare(
    'SELECT at - at % ? AS step, source, outcome, sum(total) AS total FROM activity ' +
      'WHERE unit = ? AND at >= ? AND at < ? GROUP BY step, source, outcome',
  );
  // why: a number that JavaScript cannot hold would throw, and hide what else there is.
  sum.setReadBigInts(true);
  const remove = database.prepare('DELETE FROM activity WHERE unit = ? AND at < ?');
  let noted = new Map<
    string,
    { readonly outcome: DeliveryOutcome; readonly source: string; at: number; total: number }
  >();

  return {
    note(what, { count, receivedAt, source }) {
      const at = stepOf(receivedAt, activityUnits.minute.lengthMs);
      const key = `${at} ${what} ${source}`;
      const known = noted.get(key);
      if (known === undefined) noted.set(key, { outcome: what, source, at, total: count });
      else known.total += count;
    },
    write() {
      for (const { at, outcome: what, source, total } of noted.values()) {
        for (const unit of units) add.run(unit, stepOf(at, activityUnits[unit].lengthMs), source, what, total);
      }
      noted = new Map();
    },
    forget() {
      noted = new Map();
    },
    read(query) {
      const { from, unit, until } = readActivityQuery(query);
      return sum.all(query.stepMs, unit, from, until).flatMap((row) => {
        const outcome = deliveryOutcomes.find((known) => known === row.outcome);
        // why left out: somebody has changed it by hand, and there is nobody to tell.
        if (outcome === undefined) return [];
        return { at: number(row, 'step'), source: text(row, 'source'), outcome, count: number(row, 'total') };
      });
    },
    prune(now) {
      for (const unit of units) remove.run(unit, now - activityUnits[unit].keptMs);
    },
  };
};
