import type { SubjectRecord } from '@mediahooks/core';
import type { Transaction } from './connections.ts';
import type { JobQueue } from './job-queue.ts';
import { json, type Row, text, version } from './rows.ts';

/**
 * The order in which every transaction takes its locks, so that no two wait for each other: delivery keys, deliveries, subjects, jobs,
 * events; and within each of them by value.
 */
export interface Subjects {
  /**
   * Locks subjects by lookup key, new ones too, until the transaction ends. Gives what is known of them. `heardAt` where a delivery is
   * about them.
   */
  lock(transaction: Transaction, keys: Iterable<string>, heardAt?: number): Promise<ReadonlyMap<string, SubjectRecord>>;
  /** Which of these subjects have an event that is not done with. Only for locked ones. */
  unfinished(transaction: Transaction, keys: Iterable<string>): Promise<ReadonlySet<string>>;
  /** Gives the first waiting event of each subject its job, where none is in line or runs. Only for locked ones. */
  promote(transaction: Transaction, keys: Iterable<string>, now: number): Promise<void>;
}

export const createSubjects = (schema: string, jobs: JobQueue): Subjects => {
  // why an update that often changes nothing: it locks the row of a subject that is there, and waits for one that is just being made.
  const lockAll =
    `INSERT INTO ${schema}.subjects AS known (subject_key, heard_at) SELECT unnest($1::text[]), $2::bigint ` +
    'ON CONFLICT (subject_key) DO UPDATE SET heard_at = greatest(known.heard_at, excluded.heard_at) ' +
    'RETURNING known.subject_key, known.state, known.version';
  const findUnfinished =
    'SELECT subject_key FROM unnest($1::text[]) AS asked (subject_key) WHERE EXISTS (' +
    `SELECT 1 FROM ${schema}.events WHERE events.subject_key = asked.subject_key AND status IN ('waiting', 'pending', 'running'))`;
  const promoteFirst =
    `UPDATE ${schema}.events SET status = 'pending', run_at = $2, job_id = gen_random_uuid() WHERE seq IN (` +
    `SELECT (SELECT seq FROM ${schema}.events WHERE events.subject_key = asked.subject_key AND status = 'waiting' ORDER BY seq LIMIT 1) ` +
    'FROM unnest($1::text[]) AS asked (subject_key) WHERE NOT EXISTS (' +
    `SELECT 1 FROM ${schema}.events WHERE events.subject_key = asked.subject_key AND status IN ('pending', 'running'))) RETURNING id, job_id`;

  return {
    async lock({ query }, keys, heardAt = 0) {
      const known = new Map<string, SubjectRecord>();
      const sorted = inOrder(keys);
      if (sorted.length === 0) return known;
      for (const row of await query(lockAll, [sorted, heardAt])) {
        if (row.state === null && row.version === null) continue;
        const record = recordOf(row);
        if (record !== undefined) known.set(rawText(row.subject_key), record);
      }
      return known;
    },
    async unfinished({ query }, keys) {
      const asked = inOrder(keys);
      if (asked.length === 0) return new Set();
      return new Set((await query(findUnfinished, [asked])).map((row) => rawText(row.subject_key)));
    },
    async promote({ db, query }, keys, now) {
      const asked = inOrder(keys);
      if (asked.length === 0) return;
      const rows = await query(promoteFirst, [asked, now]);
      await jobs.send(
        db,
        rows.map((row) => ({ id: rawText(row.job_id), event: text(row, 'id') })),
      );
    },
  };
};

/** `undefined` where it is damaged: that must keep no delivery from being stored, and no event from its end. What comes next mends it. */
const recordOf = (row: Row): SubjectRecord | undefined => {
  try {
    return { state: json(row, 'state'), version: version(row, 'version') };
  } catch {
    return undefined;
  }
};

const inOrder = (keys: Iterable<string>): string[] => [...new Set(keys)].sort();

/** Lookup keys stay encoded: they are compared, never shown. */
export const rawText = (value: unknown): string => {
  if (typeof value !== 'string') throw new TypeError('A key is not text.');
  return value;
};
