/** A condition on `events`, under the name they have in the query. */
export const isUnfinished = (events: string): string => `${events}.status IN ('waiting', 'pending', 'running')`;

/** The number of a subject, by its id and its prefix. */
export const subjectSeqQuery = 'SELECT seq FROM subjects WHERE id = ? AND prefix = ?';

/**
 * What is read of an event, as columns of a query on `events` and `deliveries`. Its id is made of its delivery's; without a payload of
 * its own it has what the body says.
 */
export const eventColumns = [
  "deliveries.id || '.' || events.number AS id",
  'deliveries.id AS delivery_id',
  'coalesce(events.payload, CAST(deliveries.body AS TEXT)) AS payload',
  '(SELECT prefix || subjects.id FROM subjects WHERE subjects.seq = events.subject_seq) AS subject',
  ...[
    'seq',
    'delivery_seq',
    'received_at',
    'source',
    'type',
    'name',
    'version',
    'previous',
    'status',
    'attempts',
    'run_at',
  ].map((column) => `events.${column}`),
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
