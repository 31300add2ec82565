import type { DatabaseSync } from 'node:sqlite';
import type { SubjectRecord } from '@mediahooks/core';
import { subjectIdOf, subjectPrefixOf } from '@mediahooks/core/inbox';
import { isUnfinished, unfinishedQuery } from './columns.ts';
import { json, number, type Row, toJson, version } from './rows.ts';

/** What is known of subjects. Each function runs within a transaction. */
export interface Subjects {
  /** For one delivery. */
  open(heardAt: number): SubjectsOfDelivery;
  /** Forgets some subjects that nothing was heard of since, behind `after`; gives where to go on. */
  forget(before: number, after: HearingPlace): HearingPlace | undefined;
}

/** A place in the order of hearing. */
export interface HearingPlace {
  readonly heardAt: number;
  readonly seq: number;
}

export interface SubjectsOfDelivery {
  /** `undefined` where nothing is remembered. */
  recordOf(subject: string): SubjectRecord | undefined;
  remember(subject: string, record: SubjectRecord): void;
  /** For an event that is put into the file next. */
  line(subject: string): PlaceInLine;
}

/** Where an event stands among those of its subject. */
export interface PlaceInLine {
  /** The subject's number in the file, which events have in place of its name. */
  readonly subjectSeq: number | bigint | null;
  /** An earlier one is not done with. */
  readonly isBlocked: boolean;
}

interface KnownSubject {
  readonly seq: number | bigint;
  readonly record: SubjectRecord;
  /** `false`: no event can have its number yet. */
  readonly mayHaveEvents: boolean;
}

/** So many are looked at in one transaction, so that deliveries do not wait long behind it. */
const perStep = 500;

/**
 * A subject as it comes back from the file.
 *
 * why: halves of characters, which JSON may hold, are all stored as one and the same character. Names that differ in them only are one.
 */
const asStored = (subject: string): string => subject.replace(/\p{Surrogate}/gu, '\u{fffd}');

const nothing: SubjectRecord = { state: undefined, version: undefined };

/** What is damaged counts as forgotten, as it is after a while: else every delivery about its subject would be refused for good. */
const recordFrom = (row: Row): SubjectRecord => {
  try {
    return { state: json(row, 'state'), version: version(row, 'version') };
  } catch {
    return nothing;
  }
};

export const createSubjects = (database: DatabaseSync): Subjects => {
  const find = database.prepare('SELECT seq, state, version, heard_at FROM subjects WHERE id = ? AND prefix = ?');
  // why: a number that JavaScript cannot hold would refuse every delivery about its subject.
  find.setReadBigInts(true);
  const hear = database.prepare('UPDATE subjects SET heard_at = ? WHERE seq = ?');
  const put = database.prepare('INSERT INTO subjects (prefix, id, state, version, heard_at) VALUES (?, ?, ?, ?, ?)');
  const change = database.prepare('UPDATE subjects SET state = ?, version = ? WHERE seq = ?');
  const findUnfinished = database.prepare(unfinishedQuery);
  const slice =
    'SELECT seq, heard_at FROM subjects INDEXED BY subjects_by_hearing WHERE heard_at < ? AND (heard_at, seq) > (?, ?) ' +
    `ORDER BY heard_at, seq LIMIT ${perStep}`;
  const last = database.prepare(`SELECT * FROM (${slice}) LIMIT 1 OFFSET ${perStep - 1}`);
  const remove = database.prepare(
    `DELETE FROM subjects WHERE seq IN (SELECT seq FROM (${slice})) AND ` +
      'NOT EXISTS (SELECT 1 FROM events WHERE subject_seq = subjects.seq)',
  );
  // why not removed: events that are kept for longer, as dead letters are, have its number.
  const clear = database.prepare(
    `UPDATE subjects SET state = NULL, version = NULL WHERE seq IN (SELECT seq FROM (${slice})) ` +
      'AND (state IS NOT NULL OR version IS NOT NULL) ' +
      `AND NOT EXISTS (SELECT 1 FROM events WHERE subject_seq = subjects.seq AND ${isUnfinished('events')})`,
  );

  const look = (subject: string, heardAt: number): KnownSubject | undefined => {
    const row = find.get(subjectIdOf(subject), subjectPrefixOf(subject));
    if (row === undefined) return undefined;
    const seq = number(row, 'seq');
    if (number(row, 'heard_at') < heardAt) hear.run(heardAt, seq);
    return { seq, record: recordFrom(row), mayHaveEvents: true };
  };

  const add = (subject: string, record: SubjectRecord, heardAt: number): KnownSubject => {
    const parts = [subjectPrefixOf(subject), subjectIdOf(subject)] as const;
    const { lastInsertRowid } = put.run(...parts, toJson(record.state), toJson(record.version), heardAt);
    return { seq: lastInsertRowid, record, mayHaveEvents: false };
  };

  return {
    open(heardAt) {
      /** `undefined`: it was looked for, and never heard of. */
      const looked = new Map<string, KnownSubject | undefined>();
      const known = (subject: string): KnownSubject | undefined => {
        if (!looked.has(subject)) looked.set(subject, look(subject, heardAt));
        return looked.get(subject);
      };
      return {
        recordOf(name) {
          const record = known(asStored(name))?.record;
          return record?.state === undefined && record?.version === undefined ? undefined : record;
        },
        remember(name, record) {
          const subject = asStored(name);
          const one = known(subject);
          if (one === undefined) looked.set(subject, add(subject, record, heardAt));
          else change.run(toJson(record.state), toJson(record.version), one.seq);
        },
        line(name) {
          const subject = asStored(name);
          const one = known(subject) ?? add(subject, nothing, heardAt);
          if (!one.mayHaveEvents) looked.set(subject, { ...one, mayHaveEvents: true });
          return { subjectSeq: one.seq, isBlocked: one.mayHaveEvents && findUnfinished.get(one.seq) !== undefined };
        },
      };
    },
    forget(before, after) {
      const row = last.get(before, after.heardAt, after.seq);
      // why first: what is removed would move the end of the slice.
      clear.run(before, after.heardAt, after.seq);
      remove.run(before, after.heardAt, after.seq);
      return row && { heardAt: number(row, 'heard_at'), seq: number(row, 'seq') };
    },
  };
};
