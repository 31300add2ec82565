import type { Inbox, InboxEvent } from '@mediahooks/core';
import { changesBetween } from '../html/changes.ts';
import { comparison } from '../html/comparison.ts';
import { html, type Markup } from '../html/html.ts';
import { chip, stateOfEvent, unreadableMark } from '../html/outcome.ts';
import { exactMoment } from '../html/time.ts';
import { messagePage } from './message.ts';
import type { Page, Visit } from './page.ts';

const pageSize = 50;

/** All events of one video, stream or asset, newest first, and what changed between any two of them. */
export const subjectPage = async (visit: Visit): Promise<Page> => {
  const { inbox, query, root, webhooks } = visit;
  const name = query.get('name') ?? '';
  if (name === '') {
    return messagePage('Which subject?', html`Choose one in the <a href="${root}deliveries">deliveries</a>.`, 400);
  }
  const cursor = query.get('cursor') ?? undefined;
  const page = await webhooks.inspectEvents(name, { limit: pageSize, ...(cursor !== undefined && { cursor }) });
  const received = await receivedTimes(inbox, page.events);
  const events = page.events.map((event) => ({ ...event, receivedAt: received.get(event.deliveryId) }));
  const chosen = chosenEvents(events, query);
  const at = (more: Readonly<Record<string, string>>): string =>
    `${root}subject?${new URLSearchParams({ name, ...more })}`;
  return {
    title: name.slice(0, 80),
    section: 'deliveries',
    isLive: cursor === undefined,
    body: html`<div class="heading"><h1>Subject <code><bdi>${name.slice(0, 300)}</bdi></code></h1><a class="button" href="${root}deliveries?subject=${encodeURIComponent(name)}">Its deliveries</a></div>
<section id="events" data-region aria-labelledby="events-title"><h2 id="events-title">Events <span class="muted">newest first</span></h2>${
      events.length === 0
        ? html`<div class="empty"><h3>Nothing is kept of it</h3><p>The name may be mistyped, or all of it was removed.</p></div>`
        : eventsTable({ events, chosen, name, cursor, root })
    }
<nav class="pages" aria-label="Pages">${cursor !== undefined && html`<a class="button" href="${at({})}">Newest</a>`}${page.cursor !== undefined && html`<a class="button" rel="next" href="${at({ cursor: page.cursor })}">Older</a>`}</nav></section>
${events.length > 0 && html`<section id="compared" data-region aria-labelledby="compared-title"><h2 id="compared-title">What changed between two of them</h2>${chosen === undefined ? html`<p class="calm">There is one event here; nothing to compare it with.</p>` : comparison(chosen)}</section>`}`,
  };
};

/** An event with the time its delivery came. */
export interface DatedEvent extends InboxEvent {
  readonly receivedAt: number | undefined;
}

export interface Chosen {
  readonly before: DatedEvent;
  readonly after: DatedEvent;
}

const receivedTimes = async (inbox: Inbox, events: readonly InboxEvent[]): Promise<ReadonlyMap<string, number>> => {
  const ids = [...new Set(events.map(({ deliveryId }) => deliveryId))];
  const deliveries = await Promise.all(ids.map((id) => inbox.get(id)));
  return new Map(deliveries.flatMap((one) => (one === undefined ? [] : [[one.id, one.receivedAt] as const])));
};

/** As the address says; else the newest and the one before it. */
const chosenEvents = (events: readonly DatedEvent[], query: URLSearchParams): Chosen | undefined => {
  const find = (name: string): DatedEvent | undefined => events.find(({ id }) => id === query.get(name));
  const after = find('after') ?? events[0];
  const before = find('before') ?? (after === undefined ? undefined : events[events.indexOf(after) + 1]);
  return after === undefined || before === undefined ? undefined : { before, after };
};

interface EventsTable {
  readonly events: readonly DatedEvent[];
  readonly chosen: Chosen | undefined;
  readonly name: string;
  readonly cursor: string | undefined;
  readonly root: string;
}

const eventsTable = ({ chosen, cursor, events, name, root }: EventsTable): Markup => {
  const radio = (group: 'after' | 'before', event: DatedEvent): Markup =>
    html`<input type="radio" name="${group}" value="${event.id}"${chosen?.[group] === event && html` checked`} aria-label="${group === 'before' ? 'Compare from' : 'Compare to'} ${event.type}, ${event.id}">`;
  return html`<form method="get" action="${root}subject"><input type="hidden" name="name" value="${name}">${cursor !== undefined && html`<input type="hidden" name="cursor" value="${cursor}">`}
<div class="scroll"><table class="events">
<thead><tr><th scope="col">From</th><th scope="col">To</th><th scope="col">Received</th><th scope="col">Type</th><th scope="col">Outcome</th><th scope="col">Changed since the one before</th><th scope="col">Delivery</th></tr></thead>
<tbody>${events.map(
    (event, index) => html`<tr>
<td data-label="From">${radio('before', event)}</td><td data-label="To">${radio('after', event)}</td>
<td class="when">${event.receivedAt === undefined ? '–' : exactMoment(event.receivedAt)}</td>
<td class="type"><bdi>${event.type}</bdi></td><td>${chip(stateOfEvent(event))}${unreadableMark(event)}</td>
<td class="changed">${changedFields(events[index + 1], event)}</td>
<td class="id"><a href="${root}deliveries/${encodeURIComponent(event.deliveryId)}">${event.deliveryId.slice(0, 8)}</a></td></tr>`,
  )}</tbody></table></div>
<div class="actions below"><button>Compare</button></div></form>`;
};

/** So many names are shown in a row. */
const maxNames = 3;

const changedFields = (before: DatedEvent | undefined, { payload }: DatedEvent): Markup => {
  if (before === undefined) return html`<span class="muted">–</span>`;
  const { changes } = changesBetween(before.payload, payload);
  if (changes.length === 0) return html`<span class="muted">nothing</span>`;
  const names = changes.slice(0, maxNames).map(({ path }) => path.slice(0, 60));
  const more = changes.length - names.length;
  return html`<bdi>${names.join(', ')}</bdi>${more > 0 && html` <span class="muted">+${more}</span>`}`;
};
