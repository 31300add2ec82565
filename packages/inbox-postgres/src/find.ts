import {
  createSearch,
  type Place,
  type Range,
  type Search,
  type SearchFilter,
  subjectIdOf,
} from '@mediahooks/core/inbox';
import type { Query } from './connections.ts';
import { number, text } from './rows.ts';
import { encodeText, lookupKey, subjectIdKey } from './text.ts';

type Value = number | string;

/** Deliveries off an index, as SQL that gives `received_at` and `seq`. Parameters are written `?`. */
interface Stream {
  readonly select: string;
  readonly where: string;
  /** The name of the column with the delivery's number. */
  readonly seq: string;
  readonly values: readonly Value[];
}

interface Filter extends SearchFilter<Stream> {
  /** A condition on `found.seq`. */
  readonly holds: string;
  readonly values: readonly Value[];
}

interface Statement {
  readonly sql: string;
  readonly values: readonly Value[];
}

/** Looked at in one statement: some tens of milliseconds of the server's. */
const perStep = 10_000;
const stepsPerPage = 10;

/** Finds deliveries by whichever filter has the fewest, whatever the planner takes them for. */
export const createFind = (query: Query, schema: string): Search => {
  const deliveryFilter = (column: 'outcome' | 'source', value: string): Filter => ({
    stream: {
      select: `SELECT received_at, seq FROM ${schema}.deliveries`,
      where: `${column} = ?`,
      seq: 'seq',
      values: [value],
    },
    holds: `EXISTS (SELECT 1 FROM ${schema}.deliveries WHERE deliveries.seq = found.seq AND deliveries.${column} = ?)`,
    values: [value],
  });
  /** Filters on events are asked as "has such an event", so that a delivery comes once. */
  const eventFilter = (condition: string, values: readonly string[]): Filter => ({
    stream: {
      select: `SELECT DISTINCT received_at, delivery_seq AS seq FROM ${schema}.events`,
      where: condition,
      seq: 'delivery_seq',
      values,
    },
    holds: `EXISTS (SELECT 1 FROM ${schema}.events WHERE events.delivery_seq = found.seq AND ${condition})`,
    values,
  });
  const streamOf = (stream: Stream, { before, from }: Range, limit: number): Statement => ({
    sql:
      `${stream.select} WHERE ${stream.where} AND received_at >= ? AND (received_at, ${stream.seq}) < (?, ?) ` +
      'ORDER BY received_at DESC, seq DESC LIMIT ?',
    values: [...stream.values, from, before.receivedAt, before.seq, limit],
  });
  const ask = ({ sql, values }: Statement) => {
    let count = 0;
    const numbered = sql.replaceAll('?', () => {
      count += 1;
      return `$${count}`;
    });
    return query(numbered, values);
  };
  const places = async (statement: Statement): Promise<Place[]> =>
    (await ask(statement)).map((row) => ({ receivedAt: number(row, 'received_at'), seq: number(row, 'seq') }));

  return createSearch<Stream, Filter>(
    {
      everything: {
        select: `SELECT received_at, seq FROM ${schema}.deliveries`,
        where: 'true',
        seq: 'seq',
        values: [],
      },
      ids(words) {
        const first = encodeText(words);
        return {
          select: `SELECT received_at, seq FROM (SELECT received_at, seq FROM ${schema}.deliveries WHERE id >= ? AND id < ? LIMIT 1000) AS alike`,
          where: 'true',
          seq: 'seq',
          values: [first, `${first}\u{10FFFF}`],
        };
      },
      source: (source) => deliveryFilter('source', encodeText(source)),
      outcome: (outcome) => deliveryFilter('outcome', outcome),
      type: (type) => eventFilter('type_key = ?', [lookupKey(type)]),
      // why: what is handled is nearly everything, and in no index, so that an event that is done with costs no more writing.
      status: (status) => ({ ...eventFilter('status = ?', [status]), hasNoIndex: status === 'handled' }),
      subject: (subject) =>
        eventFilter('subject_id_key = ? AND subject_key = ?', [subjectIdKey(subjectIdOf(subject)), lookupKey(subject)]),
      async subjectsOf(id, limit) {
        const found: string[] = [];
        // why one by one: each is a look into the index, however many events a subject has.
        for (let last = ''; found.length < limit; ) {
          const [row] = await query(
            `SELECT subject, subject_key FROM ${schema}.events WHERE subject_id_key = $1 AND subject_key > $2 ORDER BY subject_key LIMIT 1`,
            [subjectIdKey(id), last],
          );
          if (row === undefined) break;
          last = String(row.subject_key);
          found.push(text(row, 'subject'));
        }
        return found;
      },
      async count(stream, range, upTo) {
        const { sql, values } = streamOf(stream, range, upTo);
        const [row] = await ask({ sql: `SELECT count(*) AS total FROM (${sql}) AS counted`, values });
        return number(row ?? {}, 'total');
      },
      read: (stream, range, limit) => places(streamOf(stream, range, limit)),
      async readFiltered(stream, filters, range, lookAt, limit) {
        const { sql, values } = streamOf(stream, range, lookAt);
        const found = await places({
          sql:
            `SELECT received_at, seq FROM (${sql}) AS found WHERE ${filters.map(({ holds }) => holds).join(' AND ')} ` +
            'ORDER BY received_at DESC, seq DESC LIMIT ?',
          values: [...values, ...filters.flatMap((filter) => filter.values), limit],
        });
        const [last] = await places({ sql: `${sql} OFFSET ?`, values: [...values.slice(0, -1), 1, lookAt - 1] });
        return { places: found, last };
      },
    },
    { perStep, stepsPerPage },
  );
};
