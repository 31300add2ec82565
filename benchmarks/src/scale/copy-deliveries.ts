import { DatabaseSync } from 'node:sqlite';

interface Copy {
  /** 0 is the original. */
  readonly number: number;
  /** How many deliveries each copy has. */
  readonly each: number;
  /** Over how many milliseconds they arrived. */
  readonly spanMs: number;
}

/** Gives the SQL of a column's value in a copy. */
type ValueOf = (column: string, copy: Copy) => string;

const numberOf: ValueOf = (column, { each, number }) => `${column} + ${number * each}`;
const textOf: ValueOf = (column, { number }) => `${column} || '-${number}'`;
/**
 * Each copy arrived after the one before.
 *
 * why: what is due next lies beside what is due now, as in any file that has grown. With the times of the first, all copies would be due
 * at once, and each event would be taken from another end of the file.
 */
const timeOf: ValueOf = (column, { number, spanMs }) => `${column} + ${number * spanMs}`;
/** Begins with other digits: the ids of each copy lie elsewhere in the index, and new ones, which are random, among all of them. */
const idOf: ValueOf = (column, { number }) => {
  // why: the factor is odd, so that each copy has digits of its own.
  const digits = (Math.imul(number, 2_654_435_761) >>> 0).toString(16).padStart(8, '0');
  return `'${digits}' || substr(${column}, 9)`;
};

/** Columns that say which delivery, event or subject a row is about. Every other one is copied as it is. */
const identities: Readonly<Record<string, ValueOf>> = {
  seq: numberOf,
  delivery_seq: numberOf,
  event_seq: numberOf,
  id: idOf,
  delivery_id: idOf,
  key: textOf,
  subject_seq: numberOf,
  received_at: timeOf,
  run_at: timeOf,
  started_at: timeOf,
  ended_at: timeOf,
};

const copied = ['deliveries', 'delivery_keys', 'subjects', 'events', 'attempts'];
/** Counts of what arrived: they grow with time, not with deliveries. */
const left = ['activity'];

/**
 * Multiplies what is in a SQLite inbox, in the file itself. The columns are read from it; one that has to differ in each copy and does
 * not fails at its unique index.
 *
 * @throws {Error} for a table that is not known here.
 */
export const copyDeliveries = (path: string, copies: number): void => {
  const database = new DatabaseSync(path, { enableForeignKeyConstraints: false });
  // why: a file that is lost in a power cut is made again.
  database.exec('PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA cache_size = -500000');
  const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'");
  const unknown = tables.all().filter(({ name }) => ![...copied, ...left].includes(String(name)));
  if (unknown.length > 0) {
    throw new Error(
      `Say in copy-deliveries.ts what becomes of the tables ${unknown.map(({ name }) => name).join(', ')}.`,
    );
  }
  const counted = database.prepare(
    'SELECT (SELECT max(seq) FROM deliveries) AS each, (SELECT max(seq) FROM events) AS events, ' +
      '(SELECT max(run_at) FROM events) - (SELECT min(received_at) FROM deliveries) + 1 AS span',
  );
  const { each, events, span } = counted.get() ?? {};
  if (typeof each !== 'number' || each !== events) throw new Error('Each delivery must have one event.');
  const spanMs = Number(span);
  // why: the last of them must have arrived by now.
  const times = {
    deliveries: ['received_at'],
    events: ['received_at', 'run_at'],
    attempts: ['started_at', 'ended_at'],
  };
  for (const [table, columns] of Object.entries(times)) {
    const earlier = columns.map((column) => `${column} = ${column} - ${(copies - 1) * spanMs}`);
    database.exec(`UPDATE ${table} SET ${earlier.join(', ')}`);
  }
  const columnsOf = new Map(
    copied.map((table) => {
      database.exec(`CREATE TEMP TABLE first_${table} AS SELECT * FROM ${table}`);
      return [
        table,
        database
          .prepare(`PRAGMA table_info(${table})`)
          .all()
          .map(({ name }) => String(name)),
      ];
    }),
  );
  for (let number = 1; number < copies; number += 1) {
    database.exec('BEGIN');
    for (const [table, columns] of columnsOf) {
      const values = columns.map((column) => identities[column]?.(column, { number, each, spanMs }) ?? column);
      database.exec(`INSERT INTO ${table} (${columns.join(', ')}) SELECT ${values.join(', ')} FROM first_${table}`);
    }
    database.exec('COMMIT');
  }
  database.close();
};
