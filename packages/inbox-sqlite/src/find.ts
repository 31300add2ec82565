import type { DatabaseSync } from 'node:sqlite';
import { ConfigurationError, type InboxFilter, isSubjectMeant, subjectIdOf, subjectIdsMeant } from '@mediahooks/core';
import { number, text } from './rows.ts';
import {
  everything,
  type Filter,
  filteredQuery,
  filtersOf,
  idStream,
  type Place,
  type Query,
  type Stream,
  streamQuery,
  subjectFilter,
} from './streams.ts';

/** Places of deliveries, and whether there may be more behind the last. */
export interface Found {
  readonly places: readonly Place[];
  /** For the next page. */
  readonly cursor: string | undefined;
}

/** Runs a piece of a search; pieces may lie turns of the event loop apart. */
export type InTurn = <Result>(work: () => Result) => Promise<Result>;

/** So many deliveries are looked at in one turn of the event loop: a few milliseconds. */
const lookedAtPerTurn = 1000;
/** After so many turns a page ends, however many it has found: the next goes on from there. */
const turnsPerPage = 50;
/** Streams that have more than this are not counted to their end. */
const countedUpTo = 2000;
/** Of subjects with one id, as of several sources. */
const maxSubjects = 20;

/** Finds deliveries, the newest first, without ever looking at all of them in one turn of the event loop. */
export const createFind = (database: DatabaseSync) => {
  const all = ({ sql, values }: Query): Place[] =>
    database
      .prepare(sql)
      .all(...values)
      .map((row) => ({ receivedAt: number(row, 'received_at'), seq: number(row, 'seq') }));

  const nextSubject = database.prepare(
    'SELECT subject FROM events INDEXED BY events_by_subject WHERE subject_id = ? AND subject > ? ORDER BY subject LIMIT 1',
  );
  /** Each step is a look into the index, however many events a subject has. */
  const subjectsOf = (subjectId: string): string[] => {
    const found: string[] = [];
    for (let last = ''; found.length < maxSubjects; ) {
      const row = nextSubject.get(subjectId, last);
      if (row === undefined) break;
      last = text(row, 'subject');
      found.push(last);
    }
    return found;
  };

  const meant = (words: string): Stream[] => [
    ...(words.length < minIdText ? [] : [idStream(words)]),
    ...subjectIdsMeant(words).flatMap((id) =>
      subjectsOf(id).flatMap((subject) => (isSubjectMeant(subject, words) ? [subjectFilter(id, subject).stream] : [])),
    ),
  ];

  /** The filter with the fewest deliveries leads; those of the others are looked up one by one. */
  const lead = (filters: readonly Filter[], from: number, until: Place): Filter | undefined => {
    const [first, ...others] = filters;
    if (first === undefined || others.length === 0) return first;
    const sizes = filters.map(({ stream }) => {
      const { sql, values } = streamQuery(stream, from, until, countedUpTo);
      return Number(database.prepare(`SELECT count(*) AS total FROM (${sql})`).get(...values)?.total ?? 0);
    });
    return filters[sizes.indexOf(Math.min(...sizes))];
  };

  /** A page of one stream. Ends early, with the place it has come to, where it has looked at many. */
  const search = async (
    stream: Stream,
    filters: readonly Filter[],
    range: { readonly from: number; readonly before: Place },
    limit: number,
    inTurn: InTurn,
  ): Promise<{ readonly places: Place[]; readonly reached: Place | undefined }> => {
    const { from } = range;
    if (filters.length === 0) {
      const places = await inTurn(() => all(streamQuery(stream, from, range.before, limit)));
      return { places, reached: undefined };
    }
    const places: Place[] = [];
    let before = range.before;
    for (let turn = 0; turn < turnsPerPage; turn += 1) {
      const last = await inTurn(() => {
        const slice = streamQuery(stream, from, before, lookedAtPerTurn);
        places.push(...all(filteredQuery(slice, filters, limit - places.length)));
        return all({ sql: `${slice.sql} OFFSET ${lookedAtPerTurn - 1}`, values: slice.values })[0];
      });
      if (last === undefined || places.length >= limit) return { places, reached: undefined };
      before = last;
    }
    return { places, reached: before };
  };

  return async (
    filter: InboxFilter,
    page: { readonly limit: number; readonly cursor?: string },
    inTurn: InTurn,
  ): Promise<Found> => {
    const { from = 0, text: words, until = Number.MAX_SAFE_INTEGER } = filter;
    const end: Place = { receivedAt: until, seq: 0 };
    const cursor = page.cursor === undefined ? end : placeFrom(page.cursor);
    const before = newerFirst(cursor, end) > 0 ? cursor : end;
    const filters = filtersOf(filter, subjectIdOf);
    const limit = page.limit + 1;
    const searches = await inTurn(() => {
      if (words !== undefined) return meant(words).map((stream) => ({ stream, others: filters }));
      const leading = lead(filters, from, end);
      const others = filters.filter((one) => one !== leading);
      return [{ stream: leading?.stream ?? everything, others }];
    });
    const pages = [];
    for (const { others, stream } of searches) {
      pages.push(await search(stream, others, { from, before }, limit, inTurn));
    }
    // why: behind the place where one stream was left, it may have deliveries that are newer than those of others.
    const reached = pages.flatMap((one) => one.reached ?? []).sort(newerFirst)[0];
    const places = distinct(pages.flatMap((one) => one.places).sort(newerFirst)).filter(
      (place) => reached === undefined || newerFirst(place, reached) <= 0,
    );
    const last = places.length > page.limit ? places[page.limit - 1] : reached;
    return { places: places.slice(0, page.limit), cursor: last && `${last.receivedAt}-${last.seq}` };
  };
};

/** Shorter texts begin too many ids to be looked for. */
const minIdText = 4;

const newerFirst = (a: Place, b: Place): number => b.receivedAt - a.receivedAt || b.seq - a.seq;

const distinct = (sorted: readonly Place[]): Place[] =>
  sorted.filter((place, index) => place.seq !== sorted[index - 1]?.seq);

const placeFrom = (cursor: string): Place => {
  const [, receivedAt, seq] = /^([0-9]{1,16})-([0-9]{1,15})$/.exec(cursor) ?? [];
  if (receivedAt === undefined || seq === undefined) {
    throw new ConfigurationError('option-invalid', 'list: the cursor is not one that a page has given.');
  }
  return { receivedAt: Number(receivedAt), seq: Number(seq) };
};
