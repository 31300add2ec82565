import type { DatabaseSync } from 'node:sqlite';
import type { Read } from './find.ts';
import { number } from './rows.ts';

/** Counts all rows with each of some values, without ever counting many of them in one turn of the event loop. */
export type CountTotals = () => Promise<ReadonlyMap<string, number>>;

/** A millisecond or two. */
const perTurn = 20_000;

/** @param columns Those of the index: what is counted by first, the others with it unique. Named like `<table>_by_…`. */
export const createTotals = (
  database: DatabaseSync,
  read: Read,
  index: string,
  columns: readonly string[],
  values: readonly string[],
): CountTotals => {
  const [column, ...place] = columns;
  const from = `FROM ${index.slice(0, index.indexOf('_'))} INDEXED BY ${index} WHERE ${column} = ? AND (${place.join(', ')}) > (${place.map(() => '?').join(', ')})`;
  const order = `ORDER BY ${place.join(', ')}`;
  const boundary = database.prepare(`SELECT ${place.join(', ')} ${from} ${order} LIMIT 1 OFFSET ${perTurn - 1}`);
  const rest = database.prepare(`SELECT count(*) AS total ${from}`);

  const count = async (value: string): Promise<number> => {
    let last = place.map(() => -1);
    for (let total = 0; ; total += perTurn) {
      const next = await read(() => boundary.get(value, ...last));
      if (next === undefined) return total + (await read(() => number(rest.get(value, ...last) ?? {}, 'total')));
      last = place.map((name) => number(next, name));
      await new Promise((resolve) => setImmediate(resolve));
    }
  };

  return async () => {
    const totals = new Map<string, number>();
    for (const value of values) totals.set(value, await count(value));
    return totals;
  };
};
