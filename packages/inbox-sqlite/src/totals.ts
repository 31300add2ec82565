import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '@mediahooks/core';
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

/** What takes longer is not done again at once. */
const costlyMs = 50;

/** Gives what it gave before, for 20 times as long as that took, where it took long; asked for by many at once, it is done once. */
export const unlessCostly = <Result>(work: () => Promise<Result>, clock: Clock): (() => Promise<Result>) => {
  let running: Promise<Result> | undefined;
  let known: { readonly result: Result; readonly until: number } | undefined;
  const run = async (): Promise<Result> => {
    const startedAt = clock.now();
    const result = await work();
    const tookMs = clock.now() - startedAt;
    known = tookMs > costlyMs ? { result, until: clock.now() + 20 * tookMs } : undefined;
    return result;
  };
  return () => {
    if (known !== undefined && clock.now() < known.until) return Promise.resolve(known.result);
    running ??= run().finally(() => {
      running = undefined;
    });
    return running;
  };
};
