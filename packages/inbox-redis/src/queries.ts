import {
  type Attempt,
  ConfigurationError,
  type DeliveryOutcome,
  type EventStatus,
  type InboxDelivery,
  type InboxFilter,
  type InboxPage,
  type InboxStats,
  type StoredDelivery,
} from '@mediahooks/core';
import type { Engine } from './engine.ts';
import { attemptsFrom, deliveryFrom, eventFrom, shownFrom } from './records.ts';
import { fieldsFrom, list, text, texts } from './replies.ts';
import { describeScript, findScript, statsScript } from './scripts/asking.ts';

/** Reads for people: nothing here changes anything. */
export interface Queries {
  list(filter: InboxFilter, page: { readonly limit: number; readonly cursor?: string }): Promise<InboxPage>;
  get(deliveryId: string): Promise<InboxDelivery | undefined>;
  load(deliveryId: string): Promise<StoredDelivery | undefined>;
  attempts(eventId: string): Promise<Attempt[]>;
  stats(): Promise<InboxStats>;
}

/** A place in the order of deliveries: when it was received, and its number. */
interface Place {
  readonly score: string;
  readonly seq: string;
}

export const createQueries = (engine: Engine, root: string): Queries => {
  /** Ids with their places, the newest first. */
  const find = async (
    filter: InboxFilter,
    after: Place | undefined,
    limit: number,
  ): Promise<{ readonly id: string; readonly place: Place }[]> => {
    const found: { id: string; place: Place }[] = [];
    const indexes = indexesOf(filter);
    const span = [filter.from ?? '', filter.until ?? ''];
    let place = after;
    while (found.length < limit) {
      const from = [place?.score ?? '', place?.seq ?? ''];
      const reply = await engine.run(findScript, [indexes.length, ...indexes, ...span, ...from, limit - found.length]);
      const [isAll, score, seq, members] = list(reply);
      const pairs = texts(members);
      for (let index = 0; index + 1 < pairs.length; index += 2) {
        const [member = '', time = ''] = [pairs[index], pairs[index + 1]];
        found.push({ id: member.slice(17), place: { score: time, seq: member.slice(0, 16) } });
      }
      if (isAll === 1) break;
      place = { score: text(score), seq: text(seq) };
    }
    return found;
  };

  const describe = async (ids: readonly string[]): Promise<InboxDelivery[]> => {
    if (ids.length === 0) return [];
    const replies = list(await engine.run(describeScript, [ids.length, ...ids]));
    return replies.flatMap((reply) => {
      const [id, shown, events] = list(reply);
      const fields = list(shown);
      // why: it may have been pruned since it was found.
      if (fields[0] === null) return [];
      const kept = list(events).map((one) => {
        const event = fieldsFrom(one);
        return eventFrom(text(event.get('id')), event);
      });
      return [shownFrom(text(id), fields, kept)];
    });
  };

  return {
    async list(filter, { cursor, limit }) {
      const found = await find(filter, cursor === undefined ? undefined : placeFrom(cursor), limit + 1);
      const page = found.slice(0, limit);
      const last = found.length > limit ? page.at(-1)?.place : undefined;
      return {
        deliveries: await describe(page.map(({ id }) => id)),
        cursor: last === undefined ? undefined : `${last.score}-${last.seq}`,
      };
    },
    get: async (deliveryId) => (await describe([deliveryId]))[0],
    async load(deliveryId) {
      const fields = await engine.use((redis) => redis.hgetallBuffer(`${root}:delivery:${deliveryId}`));
      const kept = new Map<string, unknown>(Object.entries(fields));
      return kept.size === 0 ? undefined : deliveryFrom(deliveryId, kept);
    },
    async attempts(eventId) {
      const fields = await engine.use((redis) => redis.hgetall(`${root}:attempts:${eventId}`));
      return attemptsFrom(new Map<string, unknown>(Object.entries(fields)));
    },
    async stats() {
      const [counts, oldest] = list(await engine.run(statsScript, []));
      const totals = fieldsFrom(counts);
      const total = (name: string): number => Number(text(totals.get(name) ?? 0));
      const times = texts(oldest)
        .filter((time) => time !== '')
        .map(Number);
      const deliveries: Record<DeliveryOutcome, number> = {
        duplicate: total('delivery:duplicate'),
        quarantined: total('delivery:quarantined'),
        rejected: total('delivery:rejected'),
        stored: total('delivery:stored'),
      };
      const events: Record<EventStatus, number> = {
        dead: total('event:dead'),
        discarded: total('event:discarded'),
        handled: total('event:handled'),
        ignored: total('event:ignored'),
        pending: total('event:pending'),
        running: total('event:running'),
        stale: total('event:stale'),
        waiting: total('event:waiting'),
      };
      const backlogAgeMs = times.length === 0 ? undefined : Math.max(Date.now() - Math.min(...times), 0);
      return { deliveries, events, backlogAgeMs };
    },
  };
};

const indexesOf = ({ outcome, source, status, subject, type }: InboxFilter): string[] => {
  const named = Object.entries({ source, type, outcome, status, subject });
  const indexes = named.flatMap(([name, value]) => (value === undefined ? [] : [`${name}:${value}`]));
  return indexes.length === 0 ? ['all:'] : indexes;
};

const placeFrom = (cursor: string): Place => {
  const [, score, seq] = /^([0-9]{1,15})-([0-9]{16})$/.exec(cursor) ?? [];
  if (score === undefined || seq === undefined) {
    throw new ConfigurationError('option-invalid', 'list: the cursor is not one that a page has given.');
  }
  return { score, seq };
};
