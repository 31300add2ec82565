import { ConfigurationError } from '@mediahooks/core';
import type { Transaction } from './connections.ts';
import { number } from './rows.ts';

/**
 * Each entry brings the schema from the version that is its index to the next. Never changed once released, only added to.
 *
 * why text and no jsonb: jsonb refuses `\u0000`. why lookup keys: a btree index refuses values of more than about 2700 bytes.
 */
const migrations: readonly ((schema: string) => string)[] = [
  (schema) => `
  CREATE TABLE ${schema}.deliveries (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id text NOT NULL UNIQUE,
    source text NOT NULL,
    received_at bigint NOT NULL,
    outcome text NOT NULL,
    address text,
    path_token text,
    query text NOT NULL,
    headers text NOT NULL,
    body bytea NOT NULL,
    rejection text,
    duplicate_of text
  );
  CREATE INDEX deliveries_by_source ON ${schema}.deliveries (source, seq);
  CREATE INDEX deliveries_by_outcome ON ${schema}.deliveries (outcome, seq);
  CREATE INDEX deliveries_by_time ON ${schema}.deliveries (received_at);

  CREATE TABLE ${schema}.events (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id text NOT NULL UNIQUE,
    delivery_seq bigint NOT NULL REFERENCES ${schema}.deliveries (seq) ON DELETE CASCADE,
    source text NOT NULL,
    type text NOT NULL,
    type_key text NOT NULL,
    name text NOT NULL,
    payload text NOT NULL,
    subject text,
    subject_key text,
    version text,
    previous text,
    status text NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    run_at bigint NOT NULL,
    job_id uuid
  );
  CREATE INDEX events_by_delivery ON ${schema}.events (delivery_seq);
  CREATE INDEX events_by_type ON ${schema}.events (type_key, delivery_seq);
  CREATE INDEX events_by_subject ON ${schema}.events (subject_key, seq) WHERE subject_key IS NOT NULL;
  CREATE INDEX events_not_handled ON ${schema}.events (status, delivery_seq) WHERE status <> 'handled';
  CREATE INDEX events_unfinished ON ${schema}.events (subject_key, seq)
    WHERE subject_key IS NOT NULL AND status IN ('waiting', 'pending', 'running');
  CREATE UNIQUE INDEX events_by_job ON ${schema}.events (job_id) WHERE job_id IS NOT NULL;

  CREATE TABLE ${schema}.attempts (
    event_seq bigint NOT NULL REFERENCES ${schema}.events (seq) ON DELETE CASCADE,
    number integer NOT NULL,
    started_at bigint NOT NULL,
    ended_at bigint,
    error text,
    PRIMARY KEY (event_seq, number)
  );

  CREATE TABLE ${schema}.subjects (subject_key text PRIMARY KEY, state text, version text);

  CREATE TABLE ${schema}.delivery_keys (
    key text PRIMARY KEY,
    delivery_id text NOT NULL,
    expires_at bigint NOT NULL
  );
  CREATE INDEX delivery_keys_by_expiry ON ${schema}.delivery_keys (expires_at);
  `,
  (schema) => `
  ALTER TABLE ${schema}.subjects ADD COLUMN heard_at bigint NOT NULL DEFAULT 0;
  UPDATE ${schema}.subjects SET heard_at = (floor(extract(epoch FROM now()) / 3600)::bigint + 1) * 3600000;
  CREATE INDEX subjects_by_hearing ON ${schema}.subjects (heard_at);
  `,
  // Every filter gives deliveries by when they were received, off its own index; ids are found by how they begin, subjects by their id;
  // arrivals are counted.
  (schema) => `
  ALTER TABLE ${schema}.deliveries ADD COLUMN body_part text, ALTER COLUMN id TYPE text COLLATE "C";
  DROP INDEX ${schema}.deliveries_by_source, ${schema}.deliveries_by_outcome, ${schema}.deliveries_by_time;
  CREATE INDEX deliveries_by_source ON ${schema}.deliveries (source, received_at, seq);
  CREATE INDEX deliveries_by_outcome ON ${schema}.deliveries (outcome, received_at, seq);
  CREATE INDEX deliveries_by_time ON ${schema}.deliveries (received_at, seq);

  DROP INDEX ${schema}.events_by_type, ${schema}.events_by_subject, ${schema}.events_not_handled;
  ALTER TABLE ${schema}.events ADD COLUMN received_at bigint NOT NULL DEFAULT 0, ADD COLUMN subject_id_key text;
  UPDATE ${schema}.events SET received_at = old.received_at, subject_id_key = CASE
      WHEN length(old.subject_id) <= 100 THEN old.subject_id
      ELSE 'sha256:' || encode(sha256(convert_to(old.subject_id, 'UTF8')), 'hex') END
    FROM (
      SELECT event_seq, received_at, substr(name, strpos(name, ':') + 1) AS subject_id FROM (
        SELECT events.seq AS event_seq, deliveries.received_at, substr(subject, strpos(subject, ' ') + 1) AS name
        FROM ${schema}.events JOIN ${schema}.deliveries ON deliveries.seq = delivery_seq) AS named
    ) AS old WHERE events.seq = old.event_seq;
  CREATE INDEX events_by_type ON ${schema}.events (type_key, received_at, delivery_seq);
  CREATE INDEX events_by_subject ON ${schema}.events (subject_id_key, subject_key, received_at, delivery_seq, seq)
    WHERE subject_key IS NOT NULL;
  CREATE INDEX events_not_handled ON ${schema}.events (status, received_at, delivery_seq) WHERE status <> 'handled';

  CREATE TABLE ${schema}.activity (
    unit text NOT NULL,
    at bigint NOT NULL,
    source text NOT NULL,
    outcome text NOT NULL,
    share smallint NOT NULL,
    total bigint NOT NULL,
    PRIMARY KEY (unit, at, source, outcome, share)
  );
  `,
];

export const newestVersion = migrations.length;

/**
 * Brings our tables to the newest version, or makes them; to an earlier one for tests. Processes that start together wait for one another.
 *
 * @throws {ConfigurationError} `inbox-too-new` where a newer release has been here: going on could damage what it stored;
 * `inbox-unusable` where the database does not keep every character.
 */
export const migrate = async (
  { query }: Pick<Transaction, 'query'>,
  schema: string,
  newest = newestVersion,
): Promise<void> => {
  const [encoding] = await query("SELECT current_setting('server_encoding') AS encoding");
  if (encoding?.encoding !== 'UTF8') {
    throw new ConfigurationError(
      'inbox-unusable',
      `postgresInbox: the database has the encoding ${String(encoding?.encoding)}, which does not keep every character. Make one with UTF8.`,
    );
  }
  await query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`mediahooks inbox ${schema}`]);
  // why: asked first, because CREATE SCHEMA IF NOT EXISTS wants the right to create schemas even where there is nothing to do.
  const [found] = await query(
    'SELECT to_regnamespace($1) IS NOT NULL AS schema, to_regclass($2) IS NOT NULL AS tables',
    [schema, `${schema}.schema_version`],
  );
  if (found?.schema !== true) await query(`CREATE SCHEMA ${schema}`);
  if (found?.tables !== true) {
    await query(
      `CREATE TABLE ${schema}.schema_version (version integer NOT NULL); INSERT INTO ${schema}.schema_version VALUES (0)`,
    );
  }
  const [row] = await query(`SELECT version FROM ${schema}.schema_version`);
  const version = number(row ?? {}, 'version');
  if (version > newest) {
    throw new ConfigurationError(
      'inbox-too-new',
      `postgresInbox: schema "${schema}" has version ${version}, this release knows ${newest}. Update @mediahooks/inbox-postgres.`,
    );
  }
  if (version === newest) return;
  for (const migration of migrations.slice(version, newest)) await query(migration(schema));
  await query(`UPDATE ${schema}.schema_version SET version = $1`, [newest]);
};
