import { DatabaseSync } from 'node:sqlite';

const keepsNul = ((): boolean => {
  const database = new DatabaseSync(':memory:');
  try {
    return database.prepare("SELECT 'a' || char(0) AS text").get()?.text === 'a\0';
  } finally {
    database.close();
  }
})();

/**
 * Text that may hold any character, as a column of a query; to be read by `text` of rows.ts.
 *
 * why not always as it is: Node 22 gives a text up to its first NUL.
 */
export const wholeText = (expression: string, name: string): string =>
  keepsNul ? `${expression} AS ${name}` : `CAST(${expression} AS BLOB) AS ${name}`;

/** A condition on `events`, under the name they have in the query. */
export const isUnfinished = (events: string): string => `${events}.status IN ('waiting', 'pending', 'running')`;

/** The number of a subject, by its id and its prefix. */
export const subjectSeqQuery = 'SELECT seq FROM subjects WHERE id = ? AND prefix = ?';

/**
 * What is read of an event, as columns of a query on `events` and `deliveries`. Its id is made of its delivery's; without a payload of
 * its own it has what the body says.
 */
export const eventColumns = [
  wholeText("deliveries.id || '.' || events.number", 'id'),
  wholeText('deliveries.id', 'delivery_id'),
  'coalesce(events.payload, CAST(deliveries.body AS TEXT)) AS payload',
  wholeText('(SELECT prefix || subjects.id FROM subjects WHERE subjects.seq = events.subject_seq)', 'subject'),
  wholeText('events.type', 'type'),
  wholeText('events.name', 'name'),
  ...['seq', 'delivery_seq', 'received_at', 'source', 'version', 'previous', 'status', 'attempts', 'run_at'].map(
    (column) => `events.${column}`,
  ),
].join(', ');

/** What a delivery is shown by, as columns of a query on `deliveries`. */
export const shownColumns = [
  wholeText('id', 'id'),
  wholeText('duplicate_of', 'duplicate_of'),
  ...['seq', 'source', 'received_at', 'address', 'outcome', 'rejection'],
].join(', ');

/** All that is kept of a delivery, as columns of a query on `deliveries`. */
export const deliveryColumns = [
  shownColumns,
  wholeText('path_token', 'path_token'),
  ...['query', 'headers', 'body', 'body_part'],
].join(', ');

/** What is known of an attempt, as columns of a query on `attempts`. */
export const attemptColumns = [
  wholeText('attempts.error', 'error'),
  ...['number', 'started_at', 'ended_at'].map((column) => `attempts.${column}`),
].join(', ');

/**
 * Has to be among the conditions for SQLite to read events by their status. Nearly all are handled: those are found among everything,
 * and cost an index nothing; those that run have one of their own.
 */
export const isByStatus = "events.status NOT IN ('handled', 'running')";

/** Whether a subject has events that are not done with, by its number. */
export const unfinishedQuery = `SELECT 1 AS found FROM events WHERE subject_seq = ? AND ${isUnfinished('events')} LIMIT 1`;

/**
 * Makes the next event of a subject due, once the one whose number is given is done with; unless another is due or runs. First comes the
 * time: it was taken by then, whatever the clock said.
 */
export const promotion =
  "UPDATE events SET status = 'pending', run_at = min(run_at, ?) WHERE seq = (SELECT next.seq FROM events AS next WHERE next.subject_seq = " +
  `(SELECT done.subject_seq FROM events AS done WHERE done.seq = ?) AND ${isUnfinished('next')} AND next.status = 'waiting' ` +
  'ORDER BY next.seq LIMIT 1) AND NOT EXISTS (SELECT 1 FROM events AS ahead WHERE ahead.subject_seq = events.subject_seq ' +
  `AND ${isUnfinished('ahead')} AND ahead.status <> 'waiting')`;
