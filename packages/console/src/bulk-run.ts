import type { Inbox, InboxDelivery, InboxFilter } from '@mediahooks/core';
import type { ActionResult } from './actions.ts';
import { answer } from './answer.ts';
import { readFilter } from './filter.ts';
import { html, type Markup } from './html/html.ts';
import { beginning, ending } from './html/layout.ts';
import { count } from './html/time.ts';
import type { BulkAction } from './pages/bulk.ts';
import { messagePage } from './pages/message.ts';
import type { Visit } from './pages/page.ts';

/** How often the page says how far it is. */
const progressEvery = 25;

/** So many deliveries are done at once, at most; then it is asked again. */
const maxDeliveries = 100_000;

/** So many that were refused or failed are listed. */
const maxListed = 20;

interface Summary {
  done: number;
  events: number;
  unchanged: number;
  readonly refused: Map<string, number>;
  readonly listed: { readonly id: string; readonly why: string }[];
}

/**
 * Replays or discards all that a filter finds. The answer is the page itself, which grows while it works: so there is progress without a
 * script, nothing to remember between requests, and closing the page ends it after the delivery that is being done.
 */
export const bulkAction = async (visit: Visit, action: BulkAction, form: URLSearchParams): Promise<ActionResult> => {
  const { filter, mistakes } = readFilter(new URLSearchParams(form.get('filter') ?? ''));
  const until = Number(form.get('until'));
  if (form.get('sure') !== 'yes' || mistakes.length > 0 || !Number.isSafeInteger(until) || until <= 0) {
    return { page: messagePage('Nothing was done', 'The confirmation was not complete. Go back and repeat.', 400) };
  }
  return { response: answer(working(visit, action, { ...filter, until }), 200) };
};

const working = (visit: Visit, action: BulkAction, filter: InboxFilter): ReadableStream<Uint8Array> => {
  const { root, viewer } = visit;
  const text = new TextEncoder();
  const page = { title: action === 'replay' ? 'Replaying' : 'Discarding', section: 'deliveries' } as const;
  let isOver = false;
  return new ReadableStream<Uint8Array>({
    async start(controller) {
      const write = (part: Markup): void => {
        if (!isOver) controller.enqueue(text.encode(String(part)));
      };
      write(
        html`${beginning(page, { root, viewer, place: '', state: '' })}<div class="heading"><h1>${action === 'replay' ? 'Replaying' : 'Discarding'}</h1></div><p class="muted">Leave this page open: closing it stops the work where it is.</p><div class="progress" role="status">`,
      );
      // why: not awaited, so that the first part of the page is sent before the work begins.
      void work(visit, action, filter, { write, isOver: () => isOver })
        .catch(() =>
          write(
            html`</div><p class="notice bad" role="alert">It stopped: the inbox cannot be reached, or failed. What was done until then is done; each is in the audit log.</p>`,
          ),
        )
        .finally(() => {
          write(ending);
          if (!isOver) controller.close();
          isOver = true;
        });
    },
    cancel() {
      isOver = true;
    },
  });
};

interface Progress {
  write(part: Markup): void;
  isOver(): boolean;
}

const work = async (visit: Visit, action: BulkAction, filter: InboxFilter, progress: Progress): Promise<void> => {
  const { found, isMore } = await findAll(visit.inbox, filter, progress);
  const summary: Summary = { done: 0, events: 0, unchanged: 0, refused: new Map(), listed: [] };
  // why: oldest first, as they came: a subject's events are then in line in their order.
  for (const [index, delivery] of found.toReversed().entries()) {
    if (progress.isOver()) return;
    await one(visit, action, delivery, summary);
    if ((index + 1) % progressEvery === 0) progress.write(bar(index + 1, found.length));
  }
  progress.write(html`${bar(found.length, found.length)}</div>${summaryOf(summary, action, isMore, visit.root)}`);
};

const bar = (done: number, all: number): Markup =>
  html`<p><progress value="${done}" max="${Math.max(all, 1)}" aria-label="Progress"></progress> ${count(done)} of ${count(all)}</p>\n`;

type Found = Pick<InboxDelivery, 'id' | 'outcome'>;

const findAll = async (
  inbox: Inbox,
  filter: InboxFilter,
  progress: Progress,
): Promise<{ readonly found: Found[]; readonly isMore: boolean }> => {
  const found: Found[] = [];
  let cursor: string | undefined;
  do {
    const page = await inbox.list(filter, { limit: 200, ...(cursor !== undefined && { cursor }) });
    for (const { id, outcome } of page.deliveries) if (outcome !== 'duplicate') found.push({ id, outcome });
    cursor = page.cursor;
  } while (cursor !== undefined && found.length < maxDeliveries && !progress.isOver());
  return { found, isMore: cursor !== undefined };
};

const one = async (
  { audit, inbox, viewer, webhooks }: Visit,
  action: BulkAction,
  { id, outcome }: Found,
  summary: Summary,
): Promise<void> => {
  const note = (events: number): void => {
    summary.events += events;
    if (events > 0 || (action === 'discard' && outcome === 'quarantined')) summary.done += 1;
    else summary.unchanged += 1;
  };
  if (action === 'discard') {
    const events = await inbox.discard(id);
    await audit.tell('discard', id, viewer, `${events} discarded`);
    return note(events);
  }
  const result = await webhooks.replay(id);
  if (result.kind === 'replayed') {
    await audit.tell('replay', id, viewer, `${result.events} in line`);
    return note(result.events);
  }
  if (result.kind === 'duplicate') {
    await audit.tell('replay', id, viewer, `a duplicate of ${result.of}`);
    return note(0);
  }
  const why =
    result.kind === 'refused'
      ? result.rejection.code
      : result.kind === 'unreadable'
        ? 'cannot be read'
        : 'removed meanwhile';
  await audit.tell('replay', id, viewer, result.kind === 'refused' ? `refused: ${why}` : why);
  summary.refused.set(why, (summary.refused.get(why) ?? 0) + 1);
  if (summary.listed.length < maxListed) summary.listed.push({ id, why });
};

const summaryOf = (
  { done, events, listed, refused, unchanged }: Summary,
  action: BulkAction,
  isMore: boolean,
  root: string,
): Markup => {
  const verb = action === 'replay' ? 'replayed' : 'discarded';
  const rejections = [...refused].map(([why, amount]) => `${count(amount)} ${why}`).join(', ');
  return html`<p class="notice good" role="status">Done: ${count(done)} ${done === 1 ? 'delivery' : 'deliveries'} ${verb}${action === 'replay' && `, with ${count(events)} ${events === 1 ? 'event' : 'events'}`}.</p>
<ul class="summary">${unchanged > 0 && html`<li>${count(unchanged)} had nothing to ${action === 'replay' ? 'put in line' : 'give up on'}.</li>`}${rejections !== '' && html`<li>Rejected: ${rejections}. Nothing of these has changed.</li>`}${isMore && html`<li>There are more than are done at once: repeat it for the rest.</li>`}</ul>
${listed.length > 0 && html`<ul class="summary">${listed.map(({ id, why }) => html`<li><a href="${root}deliveries/${encodeURIComponent(id)}"><code>${id}</code></a> ${why}</li>`)}</ul>`}
<div class="actions"><a class="button primary" href="${root}deliveries">To the deliveries</a></div>`;
};
