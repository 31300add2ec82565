import { sha256 } from '#crypto';
import { type MaybePromise, whenReady } from './crypto/types.ts';
import type { Delivery } from './delivery.ts';
import type { ReadDelivery } from './destination.ts';
import { eventType } from './event-type.ts';
import { hexFromBytes } from './hex.ts';
import type { EventDraft, SubjectChange } from './provider.ts';
import type { Source } from './source.ts';

/**
 * What a delivery is recognised by when it comes again. The platform's delivery id counts only together with what the signed body is
 * about (subjects and versions, else its bytes): it is not signed itself, and a captured delivery sent under another's id must not
 * make that other one a duplicate.
 */
export const duplicateKeys = (
  source: Source,
  delivery: Delivery,
  fingerprints: readonly string[],
  drafts: readonly (EventDraft | SubjectChange)[],
): MaybePromise<readonly string[]> => {
  if (source.dedupeWindowMs === undefined) return [];
  const keys = fingerprints.map((fingerprint) => `${source.name} signed ${fingerprint}`);
  const addKey = (key: string): readonly string[] => {
    keys.push(key);
    return keys;
  };
  const id = source.provider.deliveryId(delivery);
  if (id) {
    const about = versionsOf(drafts) ?? digestOf(delivery.body);
    return whenReady(about, (known) => addKey(`${source.name} id ${JSON.stringify([known, id])}`));
  }
  if (!source.recognisesBodies) return keys;
  return whenReady(digestOf(delivery.body), (digest) => addKey(`${source.name} body ${digest}`));
};

const digestOf = (body: Uint8Array): MaybePromise<string> => whenReady(sha256(body), hexFromBytes);

/**
 * Version and subject of each event, where all have both.
 *
 * why the version first: most rise with time. An engine keeps keys in order, and those of deliveries that come together then lie side by
 * side: a commit changes one page of them, and not one for each.
 */
const versionsOf = (drafts: readonly (EventDraft | SubjectChange)[]): readonly unknown[] | undefined => {
  const versions: unknown[] = [];
  for (const draft of drafts) {
    if ('events' in draft || draft.subject === undefined) return undefined;
    if (draft.version === undefined || Number.isNaN(draft.version)) return undefined;
    versions.push([draft.version, draft.subject]);
  }
  return versions.length === 0 ? undefined : versions;
};

/** By what a delivery is recognised. */
export interface Recognition {
  /** By any of these a delivery that comes again is recognised. */
  readonly keys: readonly string[];
  /** Those of them that are its own from now on: what comes again is recognised by them. */
  readonly heldKeys: readonly string[];
}

/**
 * What is looked for, and what is held, when a delivery is taken.
 *
 * why not always the same: the name of an event need not be signed. A captured delivery sent first under a name that no handler takes
 * would make the genuine one a duplicate. So what nobody takes holds keys of that name's own, and is itself recognised by both kinds.
 * All made-up names are one, `unknown`, lest a captured delivery be handled under each.
 */
export const recognitionOf = (
  { drafts, keys, source }: Pick<ReadDelivery, 'drafts' | 'keys' | 'source'>,
  isTaken: (type: string) => boolean,
): Recognition => {
  const types: string[] = [];
  for (const draft of drafts) {
    if ('events' in draft) return { keys, heldKeys: keys };
    const type = eventType(source.provider, draft.type);
    if (type !== 'unknown' && isTaken(type)) return { keys, heldKeys: keys };
    types.push(type);
  }
  if (types.length === 0) return { keys, heldKeys: keys };
  const name = JSON.stringify([...new Set(types)]);
  const heldKeys = keys.map((key) => `${key} as ${name}`);
  return { keys: [...keys, ...heldKeys], heldKeys };
};
