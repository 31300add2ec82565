import type { DatabaseSync } from 'node:sqlite';
import { ConfigurationError, InboxUnavailableError } from '@mediahooks/core';

/**
 * `subjectIdOf` and `subjectPrefixOf`, in SQL.
 *
 * why not the functions themselves: what a function of JavaScript is given stays in memory until its statement is done, and one goes
 * through all events there are. why as bytes: SQLite's functions for text end at a NUL.
 */
const bytes = 'CAST(subject AS BLOB)';
const name = `substr(${bytes}, instr(${bytes}, x'20') + 1)`;
const id = `substr(${name}, instr(${name}, x'3a') + 1)`;
// why: a part of no bytes is NULL.
const textOf = (part: string): string => `CASE WHEN subject IS NOT NULL THEN coalesce(CAST(${part} AS TEXT), '') END`;
const subjectId = textOf(id);
const subjectPrefix = textOf(`substr(${bytes}, 1, length(${bytes}) - coalesce(length(${id}), 0))`);

/** Each entry brings the file from the version that is its index to the next. Never changed once released, only added to. */
const migrations: readonly string[] = [
  `
  CREATE TABLE deliveries (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    source TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    address TEXT,
    path_token TEXT,
    query TEXT NOT NULL,
    headers TEXT NOT NULL,
    body BLOB NOT NULL,
    rejection TEXT,
    duplicate_of TEXT
  ) STRICT;
  CREATE INDEX deliveries_by_source ON deliveries (source, seq);
  CREATE INDEX deliveries_by_outcome ON deliveries (outcome, seq);
  CREATE INDEX deliveries_by_time ON deliveries (received_at);

  CREATE TABLE events (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    delivery_seq INTEGER NOT NULL REFERENCES deliveries (seq) ON DELETE CASCADE,
    source TEXT NOT NULL,
    type TEXT NOT NULL,
    name TEXT NOT NULL,
    payload TEXT NOT NULL,
    subject TEXT,
    version TEXT,
    previous TEXT,
    status TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    run_at INTEGER NOT NULL,
    lease TEXT,
    lease_until INTEGER
  ) STRICT;
  CREATE INDEX events_by_delivery ON events (delivery_seq);
  CREATE INDEX events_by_status ON events (status, delivery_seq);
  CREATE INDEX events_by_type ON events (type, delivery_seq);
  CREATE INDEX events_by_subject ON events (subject, seq) WHERE subject IS NOT NULL;
  CREATE INDEX events_pending ON events (run_at, seq) WHERE status = 'pending';
  CREATE INDEX events_running ON events (lease_until) WHERE status = 'running';
  CREATE INDEX events_unfinished ON events (subject, seq)
    WHERE subject IS NOT NULL AND status IN ('waiting', 'pending', 'running');

  CREATE TABLE attempts (
    event_seq INTEGER NOT NULL REFERENCES events (seq) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    ended_at INTEGER,
    error TEXT,
    PRIMARY KEY (event_seq, number)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE subjects (subject TEXT PRIMARY KEY, state TEXT, version TEXT) STRICT, WITHOUT ROWID;

  CREATE TABLE delivery_keys (
    key TEXT PRIMARY KEY,
    delivery_id TEXT NOT NULL,
    expires_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX delivery_keys_by_expiry ON delivery_keys (expires_at);
  `,
  // Every filter gives deliveries by when they were received, off its own index; subjects are found by their id; arrivals are counted.
  `
  ALTER TABLE deliveries ADD COLUMN body_part TEXT;
  DROP INDEX deliveries_by_source;
  DROP INDEX deliveries_by_outcome;
  CREATE INDEX deliveries_by_source ON deliveries (source, received_at);
  CREATE INDEX deliveries_by_outcome ON deliveries (outcome, received_at);

  DROP INDEX events_by_status;
  DROP INDEX events_by_type;
  DROP INDEX events_by_subject;
  ALTER TABLE events ADD COLUMN received_at INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE events ADD COLUMN subject_id TEXT;
  UPDATE events SET received_at = (SELECT received_at FROM deliveries WHERE seq = delivery_seq), subject_id = ${subjectId};
  CREATE INDEX events_by_status ON events (status, received_at, delivery_seq);
  CREATE INDEX events_by_type ON events (type, received_at, delivery_seq);
  CREATE INDEX events_by_subject ON events (subject_id, subject, received_at, delivery_seq) WHERE subject IS NOT NULL;

  CREATE TABLE activity (
    unit TEXT NOT NULL,
    at INTEGER NOT NULL,
    source TEXT NOT NULL,
    outcome TEXT NOT NULL,
    total INTEGER NOT NULL,
    PRIMARY KEY (unit, at, source, outcome)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  ALTER TABLE subjects ADD COLUMN heard_at INTEGER NOT NULL DEFAULT 0;
  UPDATE subjects SET heard_at = (unixepoch() / 3600 + 1) * 3600000;
  CREATE INDEX subjects_by_hearing ON subjects (heard_at);
  `,
  // What lies anywhere in an index, as names do, costs a page of the file with each commit. So subjects are numbered, events have the
  // number, and are found by their delivery; what nearly all events are has no index. A payload that is just what the body says is not
  // stored twice.
  `
  CREATE TABLE numbered_subjects (
    seq INTEGER PRIMARY KEY,
    prefix TEXT NOT NULL,
    id TEXT NOT NULL,
    state TEXT,
    version TEXT,
    heard_at INTEGER NOT NULL
  ) STRICT;
  INSERT INTO numbered_subjects (prefix, id, state, version, heard_at)
    SELECT ${subjectPrefix}, ${subjectId}, state, version, heard_at FROM subjects;
  INSERT INTO numbered_subjects (prefix, id, heard_at)
    SELECT ${subjectPrefix}, ${subjectId}, (unixepoch() / 3600 + 1) * 3600000 FROM (
      SELECT subject FROM events WHERE subject IS NOT NULL EXCEPT SELECT subject FROM subjects);
  CREATE UNIQUE INDEX subjects_by_id ON numbered_subjects (id, prefix);

  CREATE TABLE numbered_events (
    seq INTEGER PRIMARY KEY,
    delivery_seq INTEGER NOT NULL REFERENCES deliveries (seq) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    source TEXT NOT NULL,
    type TEXT NOT NULL,
    name TEXT NOT NULL,
    payload TEXT,
    subject_seq INTEGER,
    version TEXT,
    previous TEXT,
    status TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    run_at INTEGER NOT NULL,
    lease TEXT,
    lease_until INTEGER
  ) STRICT;
  INSERT INTO numbered_events
    SELECT seq, delivery_seq, row_number() OVER (PARTITION BY delivery_seq ORDER BY seq) - 1, received_at, source, type, name, payload,
      (SELECT seq FROM numbered_subjects WHERE id = ${subjectId} AND prefix = ${subjectPrefix}),
      version, previous, status, attempts, run_at, lease, lease_until
    FROM events;
  DROP TABLE events;
  ALTER TABLE numbered_events RENAME TO events;
  CREATE UNIQUE INDEX events_by_delivery ON events (delivery_seq, number);
  CREATE INDEX events_by_status ON events (status, received_at, delivery_seq) WHERE status NOT IN ('handled', 'running');
  CREATE INDEX events_by_type ON events (type, received_at, delivery_seq);
  CREATE INDEX events_by_subject ON events (subject_seq, received_at, delivery_seq) WHERE subject_seq IS NOT NULL;
  CREATE INDEX events_pending ON events (run_at, seq) WHERE status = 'pending';
  CREATE INDEX events_running ON events (lease_until) WHERE status = 'running';
  CREATE INDEX events_unfinished ON events (subject_seq, seq)
    WHERE subject_seq IS NOT NULL AND status IN ('waiting', 'pending', 'running');

  DROP TABLE subjects;
  ALTER TABLE numbered_subjects RENAME TO subjects;
  CREATE INDEX subjects_by_hearing ON subjects (heard_at);
  `,
];

/** So long a process waits for another that migrates the same file. It blocks, as nothing else does yet. */
const migrationTimeoutMs = 60_000;

const versionOf = (database: DatabaseSync): (() => number) => {
  const version = database.prepare('PRAGMA user_version');
  return () => Number(version.get()?.user_version ?? 0);
};

/**
 * Gives a check that no newer release has migrated the file since it was opened: what this one writes then would be incomplete. To be
 * asked within a transaction.
 */
export const watchSchema = (database: DatabaseSync, path: string): (() => void) => {
  const current = versionOf(database);
  return () => {
    const version = current();
    if (version === migrations.length) return;
    throw new InboxUnavailableError(
      `A newer release has brought ${path} to schema version ${version}, this one knows ${migrations.length}. Restart this process with that release.`,
    );
  };
};

/**
 * Brings the file to the newest version; to an earlier one for tests.
 *
 * @throws {ConfigurationError} `inbox-too-new` where a newer release has written it: going on could damage it.
 */
export const migrate = (database: DatabaseSync, path: string, newest = migrations.length): void => {
  const current = versionOf(database);
  if (current() === newest) return;
  // why: a table that is replaced by a new one would take what refers to it along.
  database.exec('PRAGMA foreign_keys = OFF');
  // why: the lock is held by whoever migrates already, which takes ten seconds for a million events.
  database.exec(`PRAGMA busy_timeout = ${migrationTimeoutMs}`);
  database.exec('BEGIN EXCLUSIVE');
  try {
    // why: asked again under the lock: another process may have migrated in the meantime.
    const version = current();
    if (version > newest) {
      throw new ConfigurationError(
        'inbox-too-new',
        `sqliteInbox: ${path} has schema version ${version}, this release knows ${newest}. Update @mediahooks/inbox-sqlite.`,
      );
    }
    for (const migration of migrations.slice(version, newest)) database.exec(migration);
    database.exec(`PRAGMA user_version = ${newest}`);
    database.exec('COMMIT');
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  } finally {
    database.exec('PRAGMA foreign_keys = ON');
  }
};
