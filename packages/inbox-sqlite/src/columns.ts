/** A condition on `events`, under the name they have in the query. */
export const isUnfinished = (events: string): string => `${events}.status IN ('waiting', 'pending', 'running')`;

/** The number of a subject, by its id and its prefix. */
export const subjectSeqQuery = 'SELECT seq FROM subjects WHERE id = ? AND prefix = ?';

/** The name of an event's subject, or NULL. As a column of a query on `events`. */
export const subjectColumn = '(SELECT prefix || id FROM subjects WHERE subjects.seq = events.subject_seq) AS subject';

/** The id of an event, which is not stored, and of its delivery. As columns of a query on `events` and `deliveries`. */
export const idColumns = "deliveries.id || '.' || events.number AS id, deliveries.id AS delivery_id";

/** Makes the next event of a subject due, once the one whose number is given is done with; unless another is due or runs. */
export const promotion =
  "UPDATE events SET status = 'pending' WHERE seq = (SELECT next.seq FROM events AS next WHERE next.subject_seq = " +
  `(SELECT done.subject_seq FROM events AS done WHERE done.seq = ?) AND ${isUnfinished('next')} AND next.status = 'waiting' ` +
  'ORDER BY next.seq LIMIT 1) AND NOT EXISTS (SELECT 1 FROM events AS ahead WHERE ahead.subject_seq = events.subject_seq ' +
  `AND ${isUnfinished('ahead')} AND ahead.status <> 'waiting')`;
