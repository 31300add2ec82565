import { sameUrl } from './same-url.ts';
import type { TpstreamsWebhook, TpstreamsWebhookSettings } from './tpstreams-api.ts';

/** What `ensure` did. */
export interface EnsuredWebhook {
  readonly kind: 'created' | 'unchanged' | 'updated';
  readonly webhook: TpstreamsWebhook;
  /** What was changed about it. Of the token only that it was. */
  readonly changed: readonly ('secretToken' | 'url')[];
  /** Doubles of it that were removed. */
  readonly removed: readonly string[];
}

interface Calls {
  readonly list: () => Promise<readonly TpstreamsWebhook[]>;
  readonly create: (settings: TpstreamsWebhookSettings) => Promise<TpstreamsWebhook>;
  readonly update: (id: string, settings: TpstreamsWebhookSettings) => Promise<TpstreamsWebhook>;
  readonly remove: (id: string) => Promise<void>;
}

export const ensureWebhook = async (
  { create, list, remove, update }: Calls,
  { previousUrl, secretToken, url }: TpstreamsWebhookSettings & { readonly previousUrl?: string },
): Promise<EnsuredWebhook> => {
  const settings = { url, secretToken };
  const found = (await list()).filter(
    (one) => sameUrl(one.url, url) || (previousUrl !== undefined && sameUrl(one.url, previousUrl)),
  );
  // why: the one that needs no change, or the least: deliveries go on coming while the others are removed.
  const [kept, ...doubles] = found.toSorted(
    (a, b) => differences(a, settings).length - differences(b, settings).length,
  );
  if (kept === undefined) {
    return { kind: 'created', webhook: await create(settings), changed: [], removed: [] };
  }
  const changed = differences(kept, settings);
  const webhook = changed.length === 0 ? kept : await update(kept.id, settings);
  for (const { id } of doubles) await remove(id);
  const isUnchanged = changed.length === 0 && doubles.length === 0;
  return { kind: isUnchanged ? 'unchanged' : 'updated', webhook, changed, removed: doubles.map(({ id }) => id) };
};

const differences = (one: TpstreamsWebhook, wanted: TpstreamsWebhookSettings): ('secretToken' | 'url')[] => [
  ...(sameUrl(one.url, wanted.url) ? [] : (['url'] as const)),
  // why: an ordinary compare. Both are ours, and no sender sees how long it takes.
  ...(one.secretToken === wanted.secretToken ? [] : (['secretToken'] as const)),
];
