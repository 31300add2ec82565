import type { Inbox, InboxFilter } from '@mediahooks/core';
import { type AddressFilter, filterNames, filterQuery, readFilter } from '../filter.ts';
import { html, type Markup } from '../html/html.ts';
import { count } from '../html/time.ts';
import { table } from './deliveries.ts';
import { messagePage } from './message.ts';
import type { Page, Visit } from './page.ts';

export type BulkAction = 'discard' | 'replay';

/** Beyond so many, the confirmation says "more than". */
const maxCounted = 10_000;

/** Before anything is done to many deliveries: how many they are, a few of them, and the question. */
export const bulkPage = async (visit: Visit): Promise<Page> => {
  const { inbox, now, query, root, token, viewer } = visit;
  if (!viewer.act)
    return messagePage('You may look, not act', 'Replaying and discarding need the permission to act.', 403);
  const action = readAction(query);
  const read = readFilter(query);
  if (read.mistakes.length > 0) return messagePage('The filter cannot be read', read.mistakes.join(' '), 400);
  const until = read.filter.until ?? now;
  // why: what arrives from now on is not what was looked at when the question is answered.
  const filter = { ...read.filter, until };
  const { total, isMore, sample } = await countOf(inbox, filter);
  const verb = action === 'replay' ? 'Replay' : 'Discard';
  const back = `${root}deliveries${filterQuery(read.fields)}`;
  if (total === 0) {
    return messagePage(
      `Nothing to ${action}`,
      html`No delivery has all of this. <a href="${back}">Back to the list</a>.`,
      200,
    );
  }
  const many = `${isMore ? 'more than ' : ''}${count(total)} ${total === 1 ? 'delivery' : 'deliveries'}`;
  return {
    title: `${verb} many`,
    section: 'deliveries',
    body: html`<div class="heading"><h1>${verb} ${many}?</h1></div>
<section class="question"><p>${
      action === 'replay'
        ? 'Each goes through the pipeline again, guards included, oldest first. Events that are done with are handled once more: what their handlers did is done again. Duplicates are left alone.'
        : 'What is not handled of each is given up on: dead letters, events that wait, quarantined deliveries. What was handled stays as it is. Each can be replayed later.'
    }</p>
${filterList(read)}
<form method="post" action="${root}bulk/${action}"><input type="hidden" name="token" value="${token}"><input type="hidden" name="filter" value="${filterQuery(read.fields).slice(1)}"><input type="hidden" name="until" value="${until}">
<label class="check"><input type="checkbox" name="sure" value="yes" required> ${total === 1 ? 'I mean this delivery' : `I mean ${isMore ? 'all of these' : `all ${many}`}`}</label>
<div class="actions"><button class="${action === 'replay' ? 'primary' : 'danger'}">${verb} ${many}</button><a class="button" href="${back}">Cancel</a></div></form></section>
<section aria-labelledby="sample-title"><h2 id="sample-title">The newest of them</h2>${table(sample, root)}</section>`,
  };
};

const readAction = (query: URLSearchParams): BulkAction => (query.get('action') === 'discard' ? 'discard' : 'replay');

const filterList = ({ fields }: AddressFilter): Markup => {
  if (fields.size === 0)
    return html`<p class="notice warn">There is no filter: these are all deliveries that are kept.</p>`;
  return html`<dl class="facts">${filterNames.flatMap((name) => {
    const value = fields.get(name);
    return value === undefined ? [] : [html`<div><dt>${name}</dt><dd><bdi>${value}</bdi></dd></div>`];
  })}</dl>`;
};

interface Counted {
  readonly total: number;
  readonly isMore: boolean;
  readonly sample: Awaited<ReturnType<Inbox['list']>>['deliveries'];
}

const countOf = async (inbox: Inbox, filter: InboxFilter): Promise<Counted> => {
  let total = 0;
  let sample: Counted['sample'] = [];
  let cursor: string | undefined;
  do {
    const page = await inbox.list(filter, { limit: 200, ...(cursor !== undefined && { cursor }) });
    if (sample.length === 0) sample = page.deliveries.slice(0, 5);
    total += page.deliveries.length;
    cursor = page.cursor;
  } while (cursor !== undefined && total < maxCounted);
  return { total, isMore: cursor !== undefined, sample };
};
