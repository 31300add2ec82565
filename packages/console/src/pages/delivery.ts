import type { Attempt, InboxDelivery, InboxEvent } from '@mediahooks/core';
import { html, type Markup } from '../html/html.ts';
import { chip, stateOf, stateOfEvent } from '../html/outcome.ts';
import { duration, exactMoment, moment } from '../html/time.ts';
import { notFoundPage } from './message.ts';
import type { Page, Visit } from './page.ts';

/** One delivery: what became of it, attempt by attempt, and what was in it. */
export const deliveryPage = async (visit: Visit, id: string): Promise<Page> => {
  const { inbox } = visit;
  const delivery = await inbox.get(id);
  if (delivery === undefined)
    return notFoundPage(
      'There is no such delivery',
      'It may have been removed: what is done with is kept for 30 days, unless configured otherwise.',
    );
  const attempts = new Map<string, readonly Attempt[]>();
  for (const event of delivery.events) attempts.set(event.id, await inbox.attempts(event.id));
  return {
    title: `Delivery ${id.slice(0, 8)}`,
    section: 'deliveries',
    isLive: true,
    body: html`<div class="heading"><h1>Delivery <code>${id}</code></h1></div>
${notice(visit.query)}
<section id="state" data-region>${facts(delivery, visit)}${actions(delivery, visit)}${why(delivery, visit)}</section>
<section id="timeline" data-region aria-labelledby="timeline-title"><h2 id="timeline-title">What happened</h2>${timeline(delivery, attempts, visit)}</section>`,
  };
};

const facts = (delivery: InboxDelivery, { root }: Visit): Markup => {
  const subjects = [...new Set(delivery.events.flatMap(({ subject }) => subject ?? []))];
  return html`<dl class="facts">
<div><dt>Outcome</dt><dd>${chip(stateOf(delivery))}</dd></div>
<div><dt>Source</dt><dd><a href="${root}deliveries?source=${encodeURIComponent(delivery.source)}">${delivery.source}</a></dd></div>
<div><dt>Received</dt><dd>${exactMoment(delivery.receivedAt)}</dd></div>
<div><dt>From</dt><dd>${delivery.address ?? 'not known'}</dd></div>
${subjects.length > 0 && html`<div><dt>${subjects.length === 1 ? 'Subject' : 'Subjects'}</dt><dd>${subjects.slice(0, 20).map((subject) => html`<a href="${root}subject?name=${encodeURIComponent(subject)}"><bdi>${subject}</bdi></a> `)}${subjects.length > 20 && html`and ${subjects.length - 20} more`}</dd></div>`}
${delivery.duplicateOf !== undefined && html`<div><dt>Duplicate of</dt><dd><a href="${root}deliveries/${encodeURIComponent(delivery.duplicateOf)}"><code>${delivery.duplicateOf}</code></a></dd></div>`}
</dl>`;
};

const actions = (delivery: InboxDelivery, { root, token, viewer }: Visit): Markup | undefined => {
  if (!viewer.act || delivery.outcome === 'duplicate') return undefined;
  const form = (action: string, title: string, text: string, style: string): Markup =>
    html`<form method="post" action="${root}deliveries/${encodeURIComponent(delivery.id)}/${action}"><input type="hidden" name="token" value="${token}"><button class="${style}" title="${text}">${title}</button></form>`;
  const canDiscard =
    delivery.outcome === 'quarantined' ||
    delivery.events.some(({ status }) => ['dead', 'pending', 'waiting'].includes(status));
  return html`<div class="actions">${form('replay', 'Replay', 'Sends it through the pipeline again, guards included', 'primary')}${canDiscard && form('discard', 'Discard', 'Gives up on what is not handled of it', '')}</div>`;
};

const why = ({ rejection }: InboxDelivery, { root }: Visit): Markup | undefined => {
  if (rejection === undefined) return undefined;
  return html`<div class="why"><h2>Why <a href="${root}deliveries" class="code">${rejection.code}</a></h2><p><bdi>${rejection.hint}</bdi></p></div>`;
};

const timeline = (
  delivery: InboxDelivery,
  attempts: ReadonlyMap<string, readonly Attempt[]>,
  visit: Visit,
): Markup => html`<ol class="timeline">
<li class="wait"><span class="at">${exactMoment(delivery.receivedAt)}</span><p>Received${delivery.address !== undefined && html` from <code>${delivery.address}</code>`}, ${ending(delivery)}</p></li>
${delivery.events.map((event) => eventSteps(event, attempts.get(event.id) ?? [], delivery.events.length > 1, visit))}
</ol>`;

const ending = ({ events, outcome }: InboxDelivery): string => {
  if (outcome === 'quarantined') return 'proven, and quarantined: it is not what the platform promises';
  if (outcome === 'duplicate') return 'and recognised as a duplicate';
  if (outcome !== 'stored') return `and ${outcome}`;
  return events.length === 1 ? 'stored with one event' : `stored with ${events.length} events`;
};

const eventSteps = (
  event: InboxEvent,
  attempts: readonly Attempt[],
  isOneOfMany: boolean,
  { now, root }: Visit,
): Markup => {
  const name = html`<b class="type"><bdi>${event.source}.${event.type}</bdi></b>`;
  const state = stateOfEvent(event);
  return html`${isOneOfMany && html`<li class="event"><p>Event ${name}${event.subject !== undefined && html` of <a href="${root}subject?name=${encodeURIComponent(event.subject)}"><bdi>${event.subject}</bdi></a>`} ${chip(state)}</p></li>`}${attempts.map((attempt) => attemptStep(attempt))}<li class="${state === 'dead' ? 'bad' : state === 'handled' ? 'good' : 'quiet'}"><p>${!isOneOfMany && html`${name} `}${chip(state)} ${standing(event, now)}</p></li>`;
};

const standing = ({ attempts, runAt, status }: InboxEvent, now: number): Markup | string => {
  if (status === 'pending') {
    const wait = runAt - now;
    const turn = attempts === 0 ? 'first attempt' : `attempt ${attempts + 1}`;
    return wait > 0 ? html`${turn} at ${moment(runAt)}` : `${turn} is due`;
  }
  if (status === 'waiting') return 'behind an earlier event of its subject';
  if (status === 'running') return 'a handler is at it';
  if (status === 'dead')
    return `after ${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}; replay it once the cause is mended`;
  if (status === 'stale') return 'older than the newest accepted of its subject';
  if (status === 'ignored') return 'no handler is registered for it';
  if (status === 'discarded') return 'given up on by a person';
  return '';
};

const attemptStep = ({ endedAt, error, number, startedAt }: Attempt): Markup => {
  const took =
    endedAt === undefined ? undefined : html` <span class="muted">took ${duration(endedAt - startedAt)}</span>`;
  if (error === undefined) {
    return html`<li class="${endedAt === undefined ? 'wait' : 'good'}"><span class="at">${exactMoment(startedAt)}</span><p>Attempt ${number}${endedAt === undefined ? ', not ended (yet)' : ' went well'}${took}</p></li>`;
  }
  const [first = '', ...stack] = error.split('\n');
  return html`<li class="bad"><span class="at">${exactMoment(startedAt)}</span><p>Attempt ${number} failed${took}</p><details class="error" data-keep="attempt-${number}-${startedAt}"><summary><bdi>${first}</bdi></summary><pre tabindex="0">${stack.length === 0 ? 'No stack was kept.' : stack.join('\n')}</pre></details></li>`;
};

/** What an action has brought, after it has led back here. */
const notice = (query: URLSearchParams): Markup | undefined => {
  const done = query.get('done');
  const events = /^\d{1,6}$/.test(query.get('events') ?? '') ? Number(query.get('events')) : 0;
  const what = `${events} ${events === 1 ? 'event' : 'events'}`;
  if (done === 'replay') {
    return html`<p class="notice good" role="status">${events === 0 ? 'Replayed: every event of it is in line or being handled already.' : `Replayed: ${what} in line again.`}</p>`;
  }
  if (done === 'discard') return html`<p class="notice good" role="status">Discarded: ${what} given up on.</p>`;
  return undefined;
};
