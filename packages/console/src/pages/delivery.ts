import { type InboxDelivery, type InspectedDelivery, rejectionCauses } from '@mediahooks/core';
import { fingerprint } from '../assets/asset.ts';
import { deliveryContent } from '../html/delivery-content.ts';
import { failedFields } from '../html/failed-fields.ts';
import { html, type Markup } from '../html/html.ts';
import { chip, stateOf } from '../html/outcome.ts';
import { subjectLink } from '../html/subject-link.ts';
import { exactMoment } from '../html/time.ts';
import { timeline } from '../html/timeline.ts';
import { notFoundPage } from './message.ts';
import type { Page, Visit } from './page.ts';

/** One delivery: what became of it, attempt by attempt, and what was in it. */
export const deliveryPage = async (visit: Visit, id: string): Promise<Page> => {
  const delivery = await visit.webhooks.inspect(id, visit.inspectOptions);
  return delivery === undefined ? noSuchDelivery : pageOf(delivery, visit);
};

/** What can change of a delivery; its content cannot, and may be a megabyte. */
export const deliveryState = async ({ inbox }: Visit, id: string): Promise<string> => stateFrom(await inbox.get(id));

const stateFrom = (delivery: Pick<InboxDelivery, 'events' | 'outcome'> | undefined): string =>
  fingerprint(
    JSON.stringify([
      delivery?.outcome,
      delivery?.events.map(({ attempts, id, runAt, status }) => [id, status, attempts, runAt]),
    ]),
  );

export const noSuchDelivery = notFoundPage(
  'There is no such delivery',
  'It may have been removed: what is done with is kept for 30 days, unless it is configured otherwise.',
);

/** The same with nothing redacted. Only for whoever may reveal, and after that was written down. */
export const revealedPage = (delivery: InspectedDelivery, visit: Visit): Page => ({
  ...pageOf(delivery, visit),
  // why: what is revealed is on this page alone, and fetching it again would bring the redacted one.
  isLive: false,
});

const pageOf = (delivery: InspectedDelivery, visit: Visit): Page => ({
  title: `Delivery ${delivery.id.slice(0, 8)}`,
  section: 'deliveries',
  isLive: true,
  state: stateFrom(delivery),
  body: html`<div class="heading"><h1>Delivery <code>${delivery.id}</code></h1>${actions(delivery, visit)}</div>
${notice(visit.query)}${
  delivery.isRevealed &&
  html`<p class="notice warn" role="status">Secret fields are shown. That you have seen them is written down.</p>`
}
<section id="state" data-region>${facts(delivery, visit)}${why(delivery)}${
    delivery.unreadable !== undefined &&
    html`<div class="why refused"><h2>Cannot be read</h2><p><bdi>${delivery.unreadable}</bdi></p></div>`
  }</section>
<section id="timeline" data-region aria-labelledby="timeline-title"><h2 id="timeline-title">What happened</h2>${timeline(delivery, visit)}</section>
${deliveryContent(delivery, visit)}`,
});

const facts = (delivery: InspectedDelivery, { root }: Visit): Markup => {
  const subjects = [...new Set(delivery.events.flatMap(({ subject }) => subject ?? []))];
  return html`<dl class="facts">
<div><dt>Outcome</dt><dd>${chip(stateOf(delivery))}</dd></div>
<div><dt>Source</dt><dd>${delivery.source === '' ? 'none is named' : html`<a href="${root}deliveries?source=${encodeURIComponent(delivery.source)}">${delivery.source}</a>${!delivery.isConfigured && html` <small>not configured any more</small>`}`}</dd></div>
<div><dt>Received</dt><dd>${exactMoment(delivery.receivedAt)}</dd></div>
<div><dt>From</dt><dd><code>${delivery.address ?? 'not known'}</code></dd></div>
${
  subjects.length > 0 &&
  html`<div><dt>${subjects.length === 1 ? 'Subject' : 'Subjects'}</dt><dd>${subjects
    .slice(0, 20)
    .map(
      (subject) => html`${subjectLink(root, subject, subject)} `,
    )}${subjects.length > 20 && html`and ${subjects.length - 20} more`}</dd></div>`
}
${
  delivery.duplicateOf !== undefined &&
  html`<div><dt>Duplicate of</dt><dd><a href="${root}deliveries/${encodeURIComponent(delivery.duplicateOf)}"><code>${delivery.duplicateOf}</code></a></dd></div>`
}
</dl>`;
};

const actions = (delivery: InspectedDelivery, { root, token, viewer }: Visit): Markup => {
  const form = (action: string, title: string, text: string, style: string): Markup =>
    html`<form method="post" action="${root}deliveries/${encodeURIComponent(delivery.id)}/${action}" data-keep="${action}"><input type="hidden" name="token" value="${token}"><button class="${style}" title="${text}">${title}</button></form>`;
  const isReadable = delivery.bodyPart !== 'unreadable';
  const canReplay = viewer.act && isReadable && delivery.outcome !== 'duplicate';
  const canDiscard =
    viewer.act &&
    (delivery.outcome === 'quarantined' ||
      delivery.events.some(({ status }) => ['dead', 'pending', 'waiting'].includes(status)));
  const canReveal = viewer.reveal && isReadable && !delivery.isRevealed;
  // why though it may hold nothing: what can be done changes with the state.
  return html`<div class="actions" id="actions" data-region>${canReveal && form('reveal', 'Reveal secret fields', 'Shows what is redacted; it is written down that you did', '')}${canDiscard && form('discard', 'Discard', 'Gives up on what is not handled of it', '')}${canReplay && form('replay', 'Replay', 'Sends it through the pipeline again, guards included', 'primary')}</div>`;
};

const why = (delivery: InspectedDelivery): Markup | undefined => {
  const { outcome, rejection } = delivery;
  if (rejection === undefined) return undefined;
  const { cause, code, hint } = rejection;
  const failed = failedFields(delivery);
  const fields = html`<ul>${failed.map(({ message, path }) => html`<li><code>${path}</code> <bdi>${message}</bdi></li>`)}</ul>`;
  return html`<div class="why ${outcome === 'rejected' ? 'refused' : 'warn'}"><h2>${outcome === 'rejected' ? 'Rejected' : 'Quarantined'}: <code>${code}</code>${cause !== undefined && html`, <code>${cause}</code>`}</h2>${
    cause !== undefined && html`<p>Most likely ${rejectionCauses[cause]}.</p>`
  }${failed.length === hint.split('; ').length ? fields : html`<p><bdi>${hint}</bdi></p>`}</div>`;
};

/** What an action has brought, after it has led back here. */
const notice = (query: URLSearchParams): Markup | undefined => {
  const done = query.get('done');
  const events = /^\d{1,6}$/.test(query.get('events') ?? '') ? Number(query.get('events')) : 0;
  const what = `${events} ${events === 1 ? 'event' : 'events'}`;
  if (done === 'replay') {
    return html`<p class="notice good" role="status">${events === 0 ? 'Replayed: every event of it is in line or being handled already.' : `Replayed: ${what} in line again.`}</p>`;
  }
  if (done === 'discard')
    return html`<p class="notice good" role="status">Discarded${events > 0 && `: ${what} given up on`}.</p>`;
  return undefined;
};
