import type { EventStatus, InboxDelivery, InboxEvent } from '@mediahooks/core';
import { html, type Markup } from './html.ts';

/** How a state looks: done well, on its way, nothing to do, to be looked at, failed, refused. */
export type Tone = 'bad' | 'good' | 'quiet' | 'refused' | 'wait' | 'warn';

/** What became of a delivery, in one word. */
export type State = EventStatus | 'duplicate' | 'quarantined' | 'rejected' | 'retrying' | 'stored';

export const tones: Readonly<Record<State, Tone>> = {
  handled: 'good',
  stored: 'wait',
  pending: 'wait',
  waiting: 'wait',
  running: 'wait',
  retrying: 'warn',
  duplicate: 'quiet',
  stale: 'quiet',
  ignored: 'quiet',
  discarded: 'quiet',
  quarantined: 'warn',
  rejected: 'refused',
  dead: 'bad',
};

const meanings: Readonly<Record<State, string>> = {
  handled: 'Its handlers are done with it',
  stored: 'On disk; its events are handled after',
  pending: 'Waits for its time',
  waiting: 'Waits behind an earlier event of its subject',
  running: 'A handler is at it right now',
  retrying: 'Failed, and is tried again',
  duplicate: 'It had arrived before',
  stale: 'Older than what was accepted before; kept, and not handed to handlers',
  ignored: 'No handler is registered for it',
  discarded: 'Given up on by a person',
  quarantined: 'Authentic, but not what the platform promises; kept whole',
  rejected: 'Not accepted; its page says why',
  dead: 'Failed for good; waits for a replay',
};

export const chip = (state: State): Markup =>
  html`<span class="chip ${tones[state]}" title="${meanings[state]}">${label(state)}</span>`;

/** Beside the state of what is shown only in part: it was damaged, or cannot be decrypted. */
export const unreadableMark = (...all: readonly { readonly unreadable?: string }[]): Markup | undefined => {
  const why = all.find(({ unreadable }) => unreadable !== undefined)?.unreadable;
  return why === undefined ? undefined : html` <span class="chip bad" title="${why}">cannot be read</span>`;
};

/** As people read it. */
export const label = (state: State): string => (state === 'dead' ? 'dead letter' : state);

/** Worst first: what a delivery of several events is called. */
const order: readonly State[] = [
  'dead',
  'retrying',
  'running',
  'pending',
  'waiting',
  'handled',
  'discarded',
  'stale',
  'ignored',
];

export const stateOfEvent = ({ attempts, status }: InboxEvent): State =>
  status === 'pending' && attempts > 0 ? 'retrying' : status;

export const stateOf = ({
  events,
  outcome,
  rejection,
}: Pick<InboxDelivery, 'events' | 'outcome' | 'rejection'>): State => {
  if (outcome !== 'stored') return outcome;
  // why: a quarantined delivery that was given up on is stored without any event.
  if (events.length === 0 && rejection !== undefined) return 'discarded';
  const states = events.map(stateOfEvent);
  return order.find((state) => states.includes(state)) ?? 'stored';
};
