import type { DatabaseSync } from 'node:sqlite';
import type { Read } from './find.ts';
import { number } from './rows.ts';

/** What is counted, off one index. */
export interface Counted {
  readonly table: 'deliveries' | 'events';
  readonly index: string;
  /** Columns of the index, each row's together unique, in its order; behind what `where` gives a value. */
  readonly place: readonly string[];
  readonly where?: string;
}

/** A millisecond or two. */
const perTurn = 20_000;

/** Counts rows without ever counting many of them in one turn of the event loop. */
export const createTotal = (
  database: DatabaseSync,
  read: Read,
  { index, place, table, where = 'true' }: Counted,
): (() => Promise<number>) => {
  const from = `FROM ${table} INDEXED BY ${index} WHERE ${where} AND (${place.join(', ')}) > (${place.map(() => '?').join(', ')})`;
  const order = `ORDER BY ${place.join(', ')}`;
  const boundary = database.prepare(`SELECT ${place.join(', ')} ${from} ${order} LIMIT 1 OFFSET ${perTurn - 1}`);
  const rest = database.prepare(`SELECT count(*) AS total ${from}`);

  return async () => {
    let last = place.map(() => -1);
    for (let total = 0; ; total += perTurn) {
      const next = await read(() => boundary.get(...last));
      if (next === undefined) return total + (await read(() => number(rest.get(...last) ?? {}, 'total')));
      last = place.map((name) => number(next, name));
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
};
