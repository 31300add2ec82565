import {
  type Attempt,
  ConfigurationError,
  type DeliveryOutcome,
  type EventPage,
  type EventStatus,
  type InboxDelivery,
  type InboxFilter,
  type InboxPage,
  type InboxStats,
  type PageRequest,
  type StoredDelivery,
} from '@mediahooks/core';
import { isSubjectMeant, subjectIdsMeant } from '@mediahooks/core/inbox';
import type { Engine } from './engine.ts';
import { attemptsFrom, deliveryFrom, eventFrom, inboxDeliveryFrom, shownFields } from './records.ts';
import { fieldsFrom, list, text, texts } from './replies.ts';
import { describeScript, findAlikeScript, findScript, statsScript } from './scripts/asking.ts';

/** Reads for people: nothing here changes anything. */
export interface Queries {
  list(filter: InboxFilter, page: PageRequest): Promise<InboxPage>;
  events(filter: { readonly subject: string }, page: PageRequest): Promise<EventPage>;
  get(deliveryId: string): Promise<InboxDelivery | undefined>;
  load(deliveryId: string): Promise<StoredDelivery | undefined>;
  attempts(eventId: string): Promise<Attempt[]>;
  stats(): Promise<InboxStats>;
  newest(): Promise<string>;
}

/** A place in the order of deliveries: when it was received, and its number. */
interface Place {
  readonly score: string;
  readonly seq: string;
}

interface Member {
  readonly id: string;
  readonly place: Place;
}

/** Shorter texts begin too many ids to be looked for. */
const minIdText = 4;
/** Of subjects with one id, as of several sources, so many are looked at. */
const maxSubjects = 20;

export const createQueries = (engine: Engine, root: string): Queries => {
  /** Ids with their places, the newest first. */
  const findInIndexes = async (
    filter: InboxFilter,
    after: Place | undefined,
    limit: number,
    more: readonly string[] = [],
  ): Promise<Member[]> => {
    const found: Member[] = [];
    const indexes = indexesOf(filter, more);
    const span = [filter.from ?? '', filter.until ?? ''];
    let place = after;
    while (found.length < limit) {
      const from = [place?.score ?? '', place?.seq ?? ''];
      const reply = await engine.run(findScript, [indexes.length, ...indexes, ...span, ...from, limit - found.length]);
      const [isAll, score, seq, members] = list(reply);
      found.push(...membersFrom(members));
      if (isAll === 1) break;
      place = { score: text(score), seq: text(seq) };
    }
    return found;
  };

  const findAlike = async (filter: InboxFilter, words: string): Promise<Member[]> => {
    if (words.length < minIdText) return [];
    const indexes = indexesOf(filter);
    const { from = 0, until = Number.POSITIVE_INFINITY } = filter;
    const members = membersFrom(await engine.run(findAlikeScript, [indexes.length, ...indexes, words]));
    return members.filter(({ place: { score } }) => Number(score) >= from && Number(score) < until);
  };

  const find = async (filter: InboxFilter, after: Place | undefined, limit: number): Promise<Member[]> => {
    const { text: words } = filter;
    if (words === undefined) return findInIndexes(filter, after, limit);
    const found = await findAlike(filter, words);
    for (const id of subjectIdsMeant(words)) {
      const subjects = await engine.use((redis) => redis.smembers(`${root}:subjects of:${id}`));
      for (const subject of subjects.filter((one) => isSubjectMeant(one, words)).slice(0, maxSubjects)) {
        found.push(...(await findInIndexes(filter, after, limit, [`subject:${subject}`])));
      }
    }
    const unique = [...new Map(found.map((one) => [one.id, one])).values()].sort((a, b) =>
      newerFirst(a.place, b.place),
    );
    return unique.filter(({ place }) => after === undefined || newerFirst(after, place) < 0).slice(0, limit);
  };

  const describe = async (ids: readonly string[]): Promise<InboxDelivery[]> => {
    if (ids.length === 0) return [];
    const asked = [ids.length, ...ids, shownFields.length, ...shownFields];
    const replies = list(await engine.run(describeScript, asked));
    return replies.flatMap((reply) => {
      const [deliveryId, values, events] = list(reply);
      const id = text(deliveryId);
      const kept = list(events).map((one) => {
        const event = fieldsFrom(one);
        // why with its delivery: where nothing is left of an event, it still is one of this delivery's.
        return eventFrom(text(event.get('id')), new Map<string, unknown>([['delivery', id], ...event]));
      });
      const shown = list(values);
      // why: it may have been pruned since it was found. What is there and no record of fields has no values at all.
      const isGone = kept.length === 0 && shown.length > 0 && shown.every((value) => value === null);
      return isGone ? [] : [inboxDeliveryFrom(id, shown, kept)];
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
    async events({ subject }, { cursor, limit }) {
      const within = cursor === undefined ? undefined : eventPlaceFrom(cursor);
      // why one later: the delivery where the page before has ended may have more of them.
      const after = within && { score: within.score, seq: String(Number(within.seq) + 1).padStart(16, '0') };
      const found = await findInIndexes({ subject }, after, limit + 1);
      const deliveries = await describe(found.map(({ id }) => id));
      const places = new Map(found.map(({ id, place }) => [id, place]));
      const events = deliveries.flatMap((delivery) => {
        const place = places.get(delivery.id);
        return delivery.events
          .flatMap((event, index) => {
            const isSeen = within !== undefined && place?.seq === within.seq && index >= within.index;
            return event.subject === subject && !isSeen ? [{ event, index, place }] : [];
          })
          .reverse();
      });
      const last = events.length > limit ? events[limit - 1] : undefined;
      return {
        events: events.slice(0, limit).map(({ event }) => event),
        cursor: last && `${last.place?.score}-${last.place?.seq}-${last.index}`,
      };
    },
    newest: async () => (await engine.use((redis) => redis.get(`${root}:seq`))) ?? '',
    get: async (deliveryId) => (await describe([deliveryId]))[0],
    async load(deliveryId) {
      const fields = await engine.use((redis) => redis.hgetallBuffer(`${root}:delivery:${deliveryId}`));
      const kept = new Map<string, unknown>(Object.entries(fields));
      if (kept.size > 0) return deliveryFrom(deliveryId, kept);
      // why asked: where there are events, it was not pruned: its record alone is gone, which is damage.
      const hasEvents = (await engine.use((redis) => redis.exists(`${root}:events:${deliveryId}`))) > 0;
      return hasEvents ? deliveryFrom(deliveryId, kept) : undefined;
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

const membersFrom = (reply: unknown): Member[] => {
  const pairs = texts(reply);
  const members: Member[] = [];
  for (let index = 0; index + 1 < pairs.length; index += 2) {
    const [member = '', time = ''] = [pairs[index], pairs[index + 1]];
    members.push({ id: member.slice(17), place: { score: time, seq: member.slice(0, 16) } });
  }
  return members;
};

const newerFirst = (a: Place, b: Place): number => Number(b.score) - Number(a.score) || Number(b.seq) - Number(a.seq);

const indexesOf = ({ outcome, source, status, subject, type }: InboxFilter, more: readonly string[] = []): string[] => {
  const named = Object.entries({ source, type, outcome, status, subject });
  const indexes = named.flatMap(([name, value]) => (value === undefined ? [] : [`${name}:${value}`]));
  return indexes.length + more.length === 0 ? ['all:'] : [...indexes, ...more];
};

const eventPlaceFrom = (cursor: string): Place & { readonly index: number } => {
  const [, score, seq, index] = /^([0-9]{1,15})-([0-9]{16})-([0-9]{1,9})$/.exec(cursor) ?? [];
  if (score === undefined || seq === undefined) {
    throw new ConfigurationError('option-invalid', 'events: the cursor is not one that a page has given.');
  }
  return { score, seq, index: Number(index) };
};

const placeFrom = (cursor: string): Place => {
  const [, score, seq] = /^([0-9]{1,15})-([0-9]{16})$/.exec(cursor) ?? [];
  if (score === undefined || seq === undefined) {
    throw new ConfigurationError('option-invalid', 'list: the cursor is not one that a page has given.');
  }
  return { score, seq };
};
