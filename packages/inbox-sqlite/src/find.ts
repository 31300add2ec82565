import type { DatabaseSync } from 'node:sqlite';
import { createSearch, type Place, type Search } from '@mediahooks/core/inbox';
import { wholeText } from './columns.ts';
import { number, text } from './rows.ts';
import {
  deliveryFilter,
  eventFilter,
  everything,
  type Filter,
  filteredQuery,
  idStream,
  lastQuery,
  type Query,
  type Stream,
  statusFilter,
  streamQuery,
  subjectFilter,
} from './streams.ts';

/** Runs a piece of a search. */
export type Read = <Result>(work: () => Result) => Promise<Result>;

/** A few milliseconds, in which nothing else is done: the engine is synchronous. */
const perStep = 300;
const stepsPerPage = 100;

/** Finds deliveries without ever looking at many of them in one turn of the event loop. */
export const createFind = (database: DatabaseSync, read: Read): Search => {
  const all = ({ sql, values }: Query): Place[] =>
    database
      .prepare(sql)
      .all(...values)
      .map((row) => ({ receivedAt: number(row, 'received_at'), seq: number(row, 'seq') }));
  const subjectsOf = database.prepare(
    `SELECT ${wholeText('prefix || id', 'subject')} FROM subjects WHERE id = ? ORDER BY prefix LIMIT ?`,
  );

  return createSearch<Stream, Filter>(
    {
      everything,
      ids: idStream,
      source: (source) => deliveryFilter('source', source),
      outcome: (outcome) => deliveryFilter('outcome', outcome),
      type: (type) => eventFilter('events_by_type', 'type = ?', [type]),
      status: statusFilter,
      subject: subjectFilter,
      subjectsOf: (id, limit) => read(() => subjectsOf.all(id, limit).map((row) => text(row, 'subject'))),
      count: (stream, range, upTo) =>
        read(() => {
          const { sql, values } = streamQuery(stream, range, upTo);
          return Number(database.prepare(`SELECT count(*) AS total FROM (${sql})`).get(...values)?.total ?? 0);
        }),
      read: (stream, range, limit) => read(() => all(streamQuery(stream, range, limit))),
      async readFiltered(stream, filters, range, lookAt, limit) {
        await new Promise((resolve) => setImmediate(resolve));
        return read(() => {
          const slice = streamQuery(stream, range, lookAt);
          return { places: all(filteredQuery(slice, filters, limit)), last: all(lastQuery(slice, lookAt))[0] };
        });
      },
    },
    { perStep, stepsPerPage },
  );
};
