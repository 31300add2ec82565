import { inspect } from 'node:util';
import { ConfigurationError } from '@mediahooks/core';
import { postgresInbox } from '@mediahooks/inbox-postgres';
import pg from 'pg';

const connectionString = 'postgres://someone:s3cret-password@127.0.0.1:1/name';

const thrownBy = (options: unknown): ConfigurationError => {
  try {
    Reflect.apply(postgresInbox, undefined, [options]);
  } catch (error) {
    if (error instanceof ConfigurationError) return error;
    throw error;
  }
  throw new Error('Nothing was thrown.');
};

test.each([
  ['nothing', undefined, 'option-invalid', 'object of options'],
  ['no database', {}, 'option-invalid', 'environment variable'],
  ['a missing variable', { connectionString: undefined }, 'option-invalid', 'environment variable'],
  ['an empty address', { connectionString: ' ' }, 'option-invalid', '"connectionString" is empty'],
  [
    'two databases',
    { connectionString, pool: new pg.Pool() },
    'option-invalid',
    'one of "connectionString" and "pool"',
  ],
  ['no pool', { pool: {} }, 'option-invalid', '"pool" must be a Pool'],
  ['a pool that is too small', { pool: new pg.Pool({ max: 4 }) }, 'option-invalid', '5 connections or more'],
  ['a size for a given pool', { pool: new pg.Pool(), maxConnections: 9 }, 'option-invalid', '"maxConnections"'],
  ['too few connections', { connectionString, maxConnections: 4 }, 'option-invalid', '"maxConnections" must be 5'],
  [
    'a lease that pg-boss does not know',
    { connectionString, leaseMs: 9999 },
    'option-invalid',
    '"leaseMs" must be 10000',
  ],
  ['SQL for a schema', { connectionString, schema: 'a; DROP TABLE b' }, 'option-invalid', '"schema" must be'],
  ['a schema in capitals', { connectionString, schema: 'Mediahooks' }, 'option-invalid', '"schema" must be'],
  ['a schema too long for pg-boss', { connectionString, schema: 'x'.repeat(41) }, 'option-invalid', '"schema" must be'],
  ['a concurrency of none', { connectionString, concurrency: 0 }, 'option-invalid', '"concurrency"'],
  ['a warning to nobody', { connectionString, onWarning: 'console' }, 'option-invalid', '"onWarning"'],
  ['an option that does not exist', { connectionString, concurency: 5 }, 'option-unknown', 'concurency'],
])('refuses %s', (_name, options, code, words) => {
  const error = thrownBy(options);
  expect(error.code).toBe(code);
  expect(error.message).toContain(words);
});

test('takes the longest name of a schema, and connects to nothing before it is asked', () => {
  expect(postgresInbox({ connectionString, schema: 'x'.repeat(40) })).toHaveProperty('accept');
});

test.each([
  'postgres://someone:s3cret-password@127.0.0.1:notaport/name',
  'postgres://someone:s3cret-password@[::1/name',
])('tells nothing of a malformed address: %#', (malformed) => {
  const error = thrownBy({ connectionString: malformed });
  expect(error.code).toBe('option-invalid');
  expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('s3cret-password');
});
