import type { Inbox } from '@mediahooks/core';
import pg from 'pg';

let count = 0;

/** A name for a schema that no other test has. */
export const newSchema = (): string => {
  count += 1;
  return `mediahooks_test_${process.pid}_${Date.now().toString(36)}_${count}`;
};

/** Removes the schema of an inbox, and that of its queue. */
export const dropSchema = async (url: string, schema: string): Promise<void> => {
  await sql(url, `DROP SCHEMA IF EXISTS ${schema} CASCADE; DROP SCHEMA IF EXISTS ${schema}_pgboss CASCADE`);
};

/**
 * Makes the tables of an inbox, where there are none, without a delivery that waits for that: with everything else that runs beside the
 * tests, it may take longer than a delivery's 4 seconds.
 */
export const makeTables = async (inbox: Inbox): Promise<void> => {
  await inbox.stats();
};

/** Runs statements on a connection of their own. */
export const sql = async (
  url: string,
  text: string,
  values?: readonly unknown[],
): Promise<readonly Record<string, unknown>[]> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const result = await client.query<Record<string, unknown>>(text, values?.slice());
    return result.rows ?? [];
  } finally {
    await client.end();
  }
};
