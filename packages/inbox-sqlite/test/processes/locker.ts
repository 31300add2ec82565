// Holds the write lock of a SQLite file until a line comes in; then says so and ends.
import { DatabaseSync } from 'node:sqlite';

const database = new DatabaseSync(process.argv[2] ?? '');
database.exec('BEGIN IMMEDIATE');
process.stdout.write('locked\n');
process.stdin.once('data', () => {
  database.exec('ROLLBACK');
  database.close();
  process.stdout.write('released\n', () => process.exit());
});
