import type { Inbox, InboxDelivery, InboxFilter, InboxPage } from '@mediahooks/core';
import { type AddressFilter, filterOutcomes, filterQuery, readFilter } from '../filter.ts';
import { html, type Markup } from '../html/html.ts';
import { chip, label, stateOf, unreadableMark } from '../html/outcome.ts';
import { subjectLink } from '../html/subject-link.ts';
import { count, moment } from '../html/time.ts';
import type { Page, Visit } from './page.ts';

const pageSize = 50;

/** A table of what arrived, newest first. */
export const deliveriesPage = async (visit: Visit): Promise<Page> => {
  const { inbox, query, root, viewer } = visit;
  const read = readFilter(query);
  const cursor = query.get('cursor') ?? undefined;
  const { cursor: next, deliveries } = await wholePage(inbox, read.filter, cursor);
  const older = next === undefined ? undefined : `${root}deliveries${filterQuery(read.fields, { cursor: next })}`;
  const newest = `${root}deliveries${filterQuery(read.fields)}`;
  return {
    title: 'Deliveries',
    section: 'deliveries',
    isLive: cursor === undefined,
    body: html`<div class="heading"><h1>Deliveries</h1>${viewer.act && bulkLinks(root, read)}</div>
${filterForm(root, read)}
${read.mistakes.map((mistake) => html`<p class="notice bad" role="alert">${mistake} That part of the filter is left out.</p>`)}
<section id="rows" data-region aria-label="Found">
${deliveries.length === 0 ? nothingFound(read, root, cursor !== undefined, next !== undefined) : table(deliveries, root)}
<nav class="pages" aria-label="Pages">${
      cursor !== undefined && html`<a class="button" href="${newest}">Newest</a>`
    }${older !== undefined && html`<a class="button" rel="next" href="${older}">Older</a>`}<span>${
      deliveries.length > 0 && html`${count(deliveries.length)} shown`
    }</span></nav>
</section>`,
  };
};

/** How often an inbox is asked for the rest of a page: where few of very many are wanted, it gives short ones. */
const maxReads = 5;

const wholePage = async (inbox: Inbox, filter: InboxFilter, first: string | undefined): Promise<InboxPage> => {
  const deliveries: InboxDelivery[] = [];
  let cursor = first;
  for (let reads = 0; reads < maxReads; reads += 1) {
    const read = await inbox.list(filter, {
      limit: pageSize - deliveries.length,
      ...(cursor !== undefined && { cursor }),
    });
    deliveries.push(...read.deliveries);
    cursor = read.cursor;
    if (cursor === undefined || deliveries.length >= pageSize) break;
  }
  return { deliveries, cursor };
};

const bulkLinks = (root: string, { fields }: AddressFilter): Markup =>
  html`<div class="actions"><a class="button" href="${root}bulk${filterQuery(fields, { action: 'replay' })}">Replay all found…</a><a class="button" href="${root}bulk${filterQuery(fields, { action: 'discard' })}">Discard all found…</a></div>`;

const filterForm = (root: string, { fields }: AddressFilter): Markup => {
  const input = (name: 'source' | 'text' | 'type', title: string, example: string): Markup =>
    html`<label>${title}<input name="${name}" value="${fields.get(name) ?? ''}" placeholder="${example}" autocomplete="off" spellcheck="false"></label>`;
  const time = (name: 'from' | 'until', title: string): Markup =>
    html`<label>${`${title} (UTC)`}<input type="datetime-local" name="${name}" value="${fields.get(name) ?? ''}"></label>`;
  const option = (value: (typeof filterOutcomes)['outcomes' | 'statuses'][number]): Markup =>
    html`<option value="${value}"${fields.get('outcome') === value && html` selected`}>${label(value)}</option>`;
  return html`<form class="filter" method="get" action="${root}deliveries" role="search" aria-label="Filter deliveries">
<label>Outcome<select name="outcome"><option value="">any</option><optgroup label="of a delivery">${filterOutcomes.outcomes.map(option)}</optgroup><optgroup label="of one of its events">${filterOutcomes.statuses.map(option)}</optgroup></select></label>
${input('source', 'Source', 'ignite')}${input('type', 'Type', 'video.ready')}${input('text', 'Id or subject', '12345, video:12345, 8f3c…')}
${fields.has('subject') && html`<label class="subject">Subject<input name="subject" value="${fields.get('subject')}" autocomplete="off" spellcheck="false"></label>`}
${time('from', 'From')}${time('until', 'Until')}
<div class="actions"><button class="primary">Filter</button>${fields.size > 0 && html`<a class="button" href="${root}deliveries">Clear</a>`}</div>
</form>`;
};

export const table = (deliveries: readonly InboxDelivery[], root: string): Markup => html`<div class="scroll">
<table class="deliveries">
<thead><tr><th scope="col">Received</th><th scope="col">Outcome</th><th scope="col">Source</th><th scope="col">Type</th><th scope="col">Subject</th><th scope="col">From</th><th scope="col">Delivery</th></tr></thead>
<tbody>${deliveries.map((delivery) => row(delivery, root))}</tbody>
</table></div>`;

const row = (delivery: InboxDelivery, root: string): Markup => {
  const { address, id, receivedAt, rejection, source } = delivery;
  const types = [...new Set(delivery.events.map(({ type }) => type))];
  const subjects = [...new Set(delivery.events.flatMap(({ subject }) => subject ?? []))];
  return html`<tr>
<td class="when">${moment(receivedAt)}</td>
<td>${chip(stateOf(delivery))}${unreadableMark(delivery, ...delivery.events)}</td>
<td class="source">${source}</td>
<td class="type" data-source="${source}">${types.length === 0 ? html`<span class="muted">${rejection?.code ?? '–'}</span>` : several(types.map((type) => html`<bdi>${cut(type)}</bdi>`))}</td>
<td class="subject">${several(subjects.map((subject) => subjectLink(root, subject, cut(withoutSource(subject, source)))))}</td>
<td class="address muted">${address ?? ''}</td>
<td class="id"><a href="${root}deliveries/${encodeURIComponent(id)}" title="${cut(id)}">${id.slice(0, 8)}</a></td>
</tr>`;
};

const several = (parts: readonly Markup[]): Markup => {
  const more = parts.length - 1;
  return html`${parts[0]}${more > 0 && html` <span class="muted">+${more}</span>`}`;
};

/** Types and subjects may be made of what a platform sends. */
const cut = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text);

const withoutSource = (subject: string, source: string): string =>
  subject.startsWith(`${source} `) ? subject.slice(source.length + 1) : subject;

const nothingFound = ({ fields }: AddressFilter, root: string, isFurther: boolean, hasMore: boolean): Markup => {
  if (hasMore) {
    return html`<div class="empty"><h2>Nothing among these</h2><p>There are very many deliveries; go on to older ones.</p></div>`;
  }
  if (isFurther) return html`<div class="empty"><h2>No older ones</h2><p>That was the last page.</p></div>`;
  if (fields.size > 0) {
    return html`<div class="empty"><h2>Nothing matches</h2><p>No delivery that is kept has all of this. <a href="${root}deliveries">Show them all</a>.</p></div>`;
  }
  return html`<div class="empty"><h2>Nothing has arrived yet</h2><p>Deliveries show up here as they come. Most platforms have a button that sends a test.</p></div>`;
};
