import type { Acceptance } from '@mediahooks/core';
import type { Transaction } from './connections.ts';
import { text } from './rows.ts';
import { rawText } from './subjects.ts';
import { digest, encodeText } from './text.ts';

/**
 * Takes the keys that deliveries hold, and says which deliveries are duplicates, of which others. Of deliveries that come at the same time
 * the first to lock a key has it; the others wait here until its transaction has ended.
 */
export const claimKeys = async (
  { query }: Transaction,
  schema: string,
  acceptances: readonly Acceptance[],
  now: number,
): Promise<ReadonlyMap<string, string>> => {
  const wanted = new Map<string, { readonly deliveryId: string; readonly expiresAt: number }>();
  for (const { delivery, heldKeys, keysExpireAt } of acceptances) {
    for (const key of heldKeys.map(digest)) {
      if (!wanted.has(key)) wanted.set(key, { deliveryId: delivery.id, expiresAt: keysExpireAt });
    }
  }
  const duplicates = new Map<string, string>();
  if (wanted.size === 0) return duplicates;
  const rows = [...wanted].sort(([a], [b]) => (a < b ? -1 : 1));
  const taken = await query(
    `INSERT INTO ${schema}.delivery_keys AS held (key, delivery_id, expires_at)
     SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[])
     ON CONFLICT (key) DO UPDATE SET
       delivery_id = CASE WHEN held.expires_at <= $4 THEN excluded.delivery_id ELSE held.delivery_id END,
       expires_at = CASE WHEN held.expires_at <= $4 THEN excluded.expires_at ELSE held.expires_at END
     RETURNING key, delivery_id`,
    [
      rows.map(([key]) => key),
      rows.map(([, { deliveryId }]) => encodeText(deliveryId)),
      rows.map(([, { expiresAt }]) => expiresAt),
      now,
    ],
  );
  const owners = new Map(taken.map((row) => [rawText(row.key), text(row, 'delivery_id')]));
  const asked = [
    ...new Set(acceptances.flatMap(({ heldKeys, keys }) => keys.filter((key) => !heldKeys.includes(key)))),
  ];
  if (asked.length > 0) {
    // why: after the insert. What it waited for has been written since, and another statement sees it.
    const found = await query(
      `SELECT key, delivery_id FROM ${schema}.delivery_keys WHERE key = ANY($1::text[]) AND expires_at > $2`,
      [asked.map(digest), now],
    );
    for (const row of found) owners.set(rawText(row.key), text(row, 'delivery_id'));
  }
  const needless: string[] = [];
  for (const { delivery, keys } of acceptances) {
    const hashes = keys.map(digest);
    const owner = hashes.map((key) => owners.get(key)).find((one) => one !== undefined && one !== delivery.id);
    if (owner === undefined) continue;
    // why: what a duplicate brought is forgotten below, so nothing is a duplicate of it. One by one, this does not happen.
    if (duplicates.has(owner)) throw new Error(`Delivery ${delivery.id} shares a key with a duplicate of its batch.`);
    duplicates.set(delivery.id, owner);
    needless.push(...hashes.filter((key) => owners.get(key) === delivery.id));
  }
  if (needless.length > 0) await query(`DELETE FROM ${schema}.delivery_keys WHERE key = ANY($1::text[])`, [needless]);
  return duplicates;
};
