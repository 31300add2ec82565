import { ConfigurationError } from '../errors.ts';
import type { EventStatus, InboxFilter, PageRequest } from './inbox.ts';
import { isSubjectMeant, subjectIdsMeant } from './subject-id.ts';

/** A place in the order of deliveries: by when they were received, then by when they were stored. */
export interface Place {
  /** Milliseconds since the epoch. */
  readonly receivedAt: number;
  readonly seq: number;
}

/** What is read of a stream: not before a time, and behind a place. */
export interface Range {
  readonly from: number;
  readonly before: Place;
}

/** One condition: as a stream of the deliveries that meet it, and as a question about others. */
export interface SearchFilter<Stream> {
  readonly stream: Stream;
  /** Has no index of its own: what it finds is looked for among what others find, or among everything. */
  readonly hasNoIndex?: boolean;
}

/** What an engine can read off its indexes, the newest first and without sorting. */
export interface SearchEngine<Stream, Filter extends SearchFilter<Stream>> {
  /** All deliveries. */
  readonly everything: Stream;
  /** Those whose id begins with a text; 1000 of them where there are more. */
  ids(text: string): Stream;
  source(source: string): Filter;
  outcome(outcome: string): Filter;
  type(type: string): Filter;
  status(status: EventStatus): Filter;
  subject(subject: string): Filter;
  /** All subjects with an id, but for so many. */
  subjectsOf(subjectId: string, limit: number): Promise<readonly string[]>;
  /** How many a stream has, but no more than so many. */
  count(stream: Stream, range: Range, upTo: number): Promise<number>;
  read(stream: Stream, range: Range, limit: number): Promise<readonly Place[]>;
  /** Of the first so many of a stream those that meet all filters, and the last that was looked at, where there may be more. */
  readFiltered(
    stream: Stream,
    filters: readonly Filter[],
    range: Range,
    lookAt: number,
    limit: number,
  ): Promise<{ readonly places: readonly Place[]; readonly last: Place | undefined }>;
}

export interface SearchLimits {
  /** So many deliveries are looked at in one step. */
  readonly perStep: number;
  /** After so many steps a page ends, however many it has found: the next goes on from there. */
  readonly stepsPerPage: number;
}

export interface Found {
  readonly places: readonly Place[];
  readonly cursor: string | undefined;
}

interface Lead<Stream, Filter> {
  readonly stream: Stream;
  readonly others: readonly Filter[];
}

export type Search = (filter: InboxFilter, page: PageRequest) => Promise<Found>;

/** Streams are not counted further than this. */
const countedUpTo = 2000;
/** Of subjects with one id, as of several sources, so many are looked at. */
const maxSubjects = 20;
/** Shorter texts begin too many ids to be looked for. */
const minIdText = 4;

/** Finds deliveries, the newest first, on an engine that has an index for each filter: what has the fewest leads. */
export const createSearch = <Stream, Filter extends SearchFilter<Stream>>(
  engine: SearchEngine<Stream, Filter>,
  { perStep, stepsPerPage }: SearchLimits,
): Search => {
  /** The likely rarer first. */
  const filtersOf = ({ outcome, source, status, subject, type }: InboxFilter): Filter[] => [
    ...(subject === undefined ? [] : [engine.subject(subject)]),
    ...(status === undefined ? [] : [engine.status(status)]),
    ...(type === undefined ? [] : [engine.type(type)]),
    ...(outcome === undefined ? [] : [engine.outcome(outcome)]),
    ...(source === undefined ? [] : [engine.source(source)]),
  ];

  /** A search for each thing that a text may mean. */
  const meant = async (text: string, filters: readonly Filter[], range: Range): Promise<Lead<Stream, Filter>[]> => {
    const leads: Lead<Stream, Filter>[] =
      text.length < minIdText ? [] : [{ stream: engine.ids(text), others: filters }];
    for (const id of subjectIdsMeant(text)) {
      const subjects = await engine.subjectsOf(id, maxSubjects);
      for (const one of subjects.filter((subject) => isSubjectMeant(subject, text))) {
        leads.push(await leading([engine.subject(one), ...filters], range));
      }
    }
    return leads;
  };

  const leading = async (filters: readonly Filter[], range: Range): Promise<Lead<Stream, Filter>> => {
    const indexed = filters.filter(({ hasNoIndex }) => hasNoIndex !== true);
    const sizes: number[] = [];
    if (indexed.length > 1) {
      for (const { stream } of indexed) sizes.push(await engine.count(stream, range, countedUpTo));
    }
    const lead = indexed[Math.max(sizes.indexOf(Math.min(...sizes)), 0)];
    return { stream: lead?.stream ?? engine.everything, others: filters.filter((one) => one !== lead) };
  };

  const readStream = async (
    stream: Stream,
    filters: readonly Filter[],
    range: Range,
    limit: number,
  ): Promise<{ readonly places: readonly Place[]; readonly reached: Place | undefined }> => {
    if (filters.length === 0) return { places: await engine.read(stream, range, limit), reached: undefined };
    const places: Place[] = [];
    let { before } = range;
    for (let step = 0; step < stepsPerPage; step += 1) {
      const wanted = limit - places.length;
      const found = await engine.readFiltered(stream, filters, { from: range.from, before }, perStep, wanted);
      places.push(...found.places);
      if (found.last === undefined || places.length >= limit) return { places, reached: undefined };
      before = found.last;
    }
    return { places, reached: before };
  };

  return async (filter, page) => {
    const end: Place = { receivedAt: filter.until ?? Number.MAX_SAFE_INTEGER, seq: 0 };
    const cursor = page.cursor === undefined ? end : placeFrom(page.cursor);
    const whole: Range = { from: filter.from ?? 0, before: end };
    const range: Range = { from: whole.from, before: newerFirst(cursor, end) > 0 ? cursor : end };
    const filters = filtersOf(filter);
    const leads =
      filter.text === undefined ? [await leading(filters, whole)] : await meant(filter.text, filters, whole);
    const found = [];
    for (const { others, stream } of leads) found.push(await readStream(stream, others, range, page.limit + 1));
    // why: behind the place where one stream was left, it may have deliveries that are newer than those of others.
    const reached = found.flatMap((one) => one.reached ?? []).sort(newerFirst)[0];
    const places = distinct(found.flatMap((one) => one.places).sort(newerFirst)).filter(
      (place) => reached === undefined || newerFirst(place, reached) <= 0,
    );
    const last = places.length > page.limit ? places[page.limit - 1] : reached;
    return { places: places.slice(0, page.limit), cursor: last && `${last.receivedAt}-${last.seq}` };
  };
};

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
