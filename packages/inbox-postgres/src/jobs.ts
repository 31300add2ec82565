import type { JobResult } from '@mediahooks/core';
import type { ClaimedEvent } from '@mediahooks/core/inbox';
import type { Transaction } from './connections.ts';
import type { Claim, JobQueue } from './job-queue.ts';
import { claimedFromRows, eventColumns, number } from './rows.ts';
import { rawText, type Subjects } from './subjects.ts';
import { encodeText } from './text.ts';

export interface Job extends ClaimedEvent {
  readonly seq: number;
  readonly claim: Claim;
  /** Lookup key. */
  readonly subject: string | undefined;
  /** 1 for the first. */
  readonly attempt: number;
  /** Whether nobody finished the attempt before this one: its process died, or lost its lease. */
  readonly isAfterLoss: boolean;
}

/** How an attempt ended; `abandoned` is one that was not begun, because the one before it was the last. */
export interface Ending {
  readonly job: Job;
  readonly result: JobResult | { readonly kind: 'abandoned' };
  readonly endedAt: number;
}

/** Events as jobs with leases. Each function runs within a transaction. */
export interface Jobs {
  claim(transaction: Transaction, limit: number, now: number): Promise<readonly Job[]>;
  /** Writes down how attempts ended. `false` where the lease was lost in the meantime: then nothing changes. */
  finish(transaction: Transaction, endings: readonly Ending[]): Promise<readonly boolean[]>;
  /** Puts jobs back in line that are not finished. */
  giveBack(transaction: Transaction, jobs: readonly Job[], now: number): Promise<void>;
}

export const createJobs = (schema: string, subjects: Subjects, queue: JobQueue): Jobs => {
  // why ON CONFLICT: where somebody has counted by hand, one event must not keep all others from being claimed.
  const begin = `
    WITH begun AS (
      UPDATE ${schema}.events SET status = 'running', attempts = events.attempts + 1
      FROM (SELECT seq, status FROM ${schema}.events WHERE job_id = ANY($1::uuid[]) FOR UPDATE) AS before
      WHERE events.seq = before.seq RETURNING events.*, before.status AS status_before
    ), noted AS (
      INSERT INTO ${schema}.attempts (event_seq, number, started_at) SELECT seq, attempts, $2 FROM begun
      ON CONFLICT (event_seq, number) DO UPDATE SET started_at = EXCLUDED.started_at, ended_at = NULL, error = NULL
    )
    SELECT ${eventColumns.replaceAll('events.', 'begun.')}, job_id, subject_key, status_before, deliveries.received_at, address, path_token, query, headers, body
    FROM begun LEFT JOIN ${schema}.deliveries ON deliveries.seq = begun.delivery_seq`;
  const end = `
    WITH ended AS (
      SELECT * FROM unnest($1::bigint[], $2::integer[], $3::text[], $4::bigint[], $5::bigint[], $6::text[])
        AS ended (seq, attempt, status, run_at, ended_at, error)
    ), noted AS (
      UPDATE ${schema}.attempts SET ended_at = ended.ended_at, error = ended.error FROM ended
      WHERE attempts.event_seq = ended.seq AND attempts.number = ended.attempt
    )
    UPDATE ${schema}.events SET status = ended.status, run_at = ended.run_at,
      job_id = CASE WHEN ended.status = 'pending' THEN job_id END
    FROM ended WHERE events.seq = ended.seq`;
  const forget = `
    WITH forgotten AS (
      UPDATE ${schema}.events SET attempts = attempts - 1 WHERE seq = $1 RETURNING seq, attempts + 1 AS attempt
    )
    DELETE FROM ${schema}.attempts USING forgotten WHERE event_seq = forgotten.seq AND number = forgotten.attempt`;
  const backInLine = `UPDATE ${schema}.events SET status = 'pending', run_at = $2 WHERE seq = ANY($1::bigint[]) AND status = 'running'`;

  return {
    async claim({ db, query }, limit, now) {
      const claims = await queue.claim(db, limit);
      if (claims.length === 0) return [];
      const byId = new Map(claims.map((claim) => [claim.id, claim]));
      const jobs: Job[] = [];
      for (const row of await query(begin, [[...byId.keys()], now])) {
        const jobId = rawText(row.job_id);
        const claim = byId.get(jobId);
        if (claim === undefined) throw new Error(`Job ${jobId} was not claimed.`);
        byId.delete(jobId);
        jobs.push({
          seq: number(row, 'seq'),
          claim,
          subject: typeof row.subject_key === 'string' ? row.subject_key : undefined,
          attempt: number(row, 'attempts'),
          isAfterLoss: row.status_before === 'running',
          ...claimedFromRows(row, { ...row, id: row.delivery_id }),
        });
      }
      // why: jobs whose event is gone, because somebody has deleted it by hand.
      await queue.remove(db, [...byId.values()]);
      return jobs;
    },

    async finish(transaction, endings) {
      const { db, query } = transaction;
      // why: this process may have claimed an event again that it had lost: then only the later attempt is held.
      const latest = new Map<string, Ending>();
      for (const ending of endings) {
        const { id, retryCount } = ending.job.claim;
        if ((latest.get(id)?.job.claim.retryCount ?? -1) < retryCount) latest.set(id, ending);
      }
      const over = [...latest.values()].filter((ending) => retryOf(ending) === undefined).map(({ job }) => job);
      const keys = over.flatMap(({ subject }) => subject ?? []);
      await subjects.lock(transaction, keys);
      const held = new Set(
        await queue.remove(
          db,
          over.map(({ claim }) => claim),
        ),
      );
      for (const ending of latest.values()) {
        const delayMs = retryOf(ending);
        const { claim } = ending.job;
        if (delayMs !== undefined && (await queue.putBack(db, claim, delayMs))) held.add(claim.id);
      }
      const kept = [...latest.values()].filter(({ job }) => held.has(job.claim.id));
      await query(end, [
        kept.map(({ job }) => job.seq),
        kept.map(({ job }) => job.attempt),
        kept.map(({ result }) => statusAfter(result)),
        kept.map((ending) => ending.endedAt + (retryOf(ending) ?? 0)),
        kept.map(({ endedAt }) => endedAt),
        kept.map(({ result }) => (result.kind === 'failed' ? encodeText(result.error) : null)),
      ]);
      for (const { job } of kept.filter(({ result }) => result.kind === 'abandoned')) await query(forget, [job.seq]);
      await subjects.promote(transaction, keys, Math.max(...endings.map(({ endedAt }) => endedAt)));
      return endings.map((ending) => kept.includes(ending));
    },

    async giveBack({ db, query }, jobs, now) {
      const seqs: number[] = [];
      for (const job of jobs) if (await queue.putBack(db, job.claim, 0)) seqs.push(job.seq);
      await query(backInLine, [seqs, now]);
    },
  };
};

/** Milliseconds to the next attempt; `undefined` where there is none. */
const retryOf = ({ result }: Ending): number | undefined => (result.kind === 'failed' ? result.retryInMs : undefined);

const statusAfter = (result: Ending['result']): string => {
  if (result.kind === 'abandoned') return 'dead';
  if (result.kind !== 'failed') return result.kind;
  return result.retryInMs === undefined ? 'dead' : 'pending';
};
