import type { Attempt, InspectedDelivery, InspectedEvent } from '@mediahooks/core';
import type { Visit } from '../pages/page.ts';
import { html, type Markup } from './html.ts';
import { chip, stateOfEvent, tones } from './outcome.ts';
import { subjectLink } from './subject-link.ts';
import { duration, exactMoment, moment } from './time.ts';

/** Of a delivery of very many events, these are shown. */
const maxEvents = 100;

/** What happened to a delivery, in order. */
export const timeline = (delivery: InspectedDelivery, visit: Visit): Markup => html`<ol class="timeline">
<li class="${tones[delivery.outcome]}"><span class="at">${exactMoment(delivery.receivedAt)}</span><p>Received${delivery.address !== undefined && html` from <code>${delivery.address}</code>`}, ${ending(delivery)}</p></li>
${delivery.events.slice(0, maxEvents).map((event) => eventSteps(event, delivery.events.length > 1, visit))}${
  delivery.events.length > maxEvents &&
  html`<li class="quiet"><p>… and ${delivery.events.length - maxEvents} more events</p></li>`
}
</ol>`;

const ending = ({ events, outcome, rejection }: InspectedDelivery): string => {
  if (outcome === 'quarantined') return 'proven, and quarantined: it is not what the platform promises';
  if (outcome === 'duplicate') return 'and recognised as a duplicate: it is not handled again';
  if (outcome === 'rejected') return 'and rejected';
  if (events.length === 0) return rejection === undefined ? 'stored; it held no event' : 'and discarded later';
  return events.length === 1 ? 'stored with one event' : `stored with ${events.length} events`;
};

const eventSteps = (event: InspectedEvent, isOneOfMany: boolean, { now, root }: Visit): Markup => {
  const name = html`<b class="type"><bdi>${event.source === '' || event.type === '' ? event.id : `${event.source}.${event.type}`}</bdi></b>`;
  const state = stateOfEvent(event);
  const head =
    isOneOfMany &&
    html`<li class="event"><p>Event ${name}${event.subject !== undefined && html` of ${subjectLink(root, event.subject, event.subject)}`}</p></li>`;
  return html`${head}${event.history.map(attemptStep)}<li class="${tones[state]}"><p>${!isOneOfMany && html`${name} `}${chip(state)} ${standing(event, now)}</p>${
    event.unreadable !== undefined && html`<p class="error"><bdi>${event.unreadable}</bdi></p>`
  }</li>`;
};

const standing = ({ attempts, runAt, status }: InspectedEvent, now: number): Markup | string => {
  if (status === 'pending') {
    const turn = attempts === 0 ? 'first attempt' : `attempt ${attempts + 1}`;
    return runAt > now ? html`${turn} at ${moment(runAt)}` : `${turn} is due`;
  }
  if (status === 'waiting') return 'behind an earlier event of its subject';
  if (status === 'running') return 'a handler is at it';
  if (status === 'dead') {
    return `after ${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}; replay it once the cause is mended`;
  }
  if (status === 'stale') return 'older than the newest accepted of its subject, so no handler gets it';
  if (status === 'ignored') return 'no handler is registered for it';
  if (status === 'discarded') return 'given up on by a person';
  return '';
};

const attemptStep = ({ endedAt, error, number, startedAt }: Attempt): Markup => {
  const took = endedAt !== undefined && html` <span class="muted">took ${duration(endedAt - startedAt)}</span>`;
  const at = html`<span class="at">${exactMoment(startedAt)}</span>`;
  if (error === undefined) {
    const how = endedAt === undefined ? ', not ended (yet)' : ' went well';
    return html`<li class="${endedAt === undefined ? 'wait' : 'good'}">${at}<p>Attempt ${number}${how}${took}</p></li>`;
  }
  const [first = '', ...stack] = error.split('\n');
  const message = html`<bdi>${first.slice(0, 500)}</bdi>`;
  return html`<li class="bad">${at}<p>Attempt ${number} failed${took}</p>${
    stack.length === 0
      ? html`<p class="error">${message}</p>`
      : html`<details class="error" data-keep="attempt-${number}-${startedAt}"><summary>${message}</summary><pre tabindex="0" aria-label="Stack">${stack.join('\n')}</pre></details>`
  }</li>`;
};
