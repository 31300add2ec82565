import { type ObservedDelivery, type Outcome, outcomeResponse, type WebhookEvent } from '@mediahooks/core';
import { layRow } from './layout.ts';
import type { Paint } from './paint.ts';

/**
 * One line for a delivery that has arrived: what it was about, what became of it, and the hint if it was refused. Nothing of its body
 * or its credentials is in it.
 */
export const feedLine = (
  { receivedAt, source = '?' }: ObservedDelivery,
  outcome: Outcome,
  hint: string,
  width: number,
  { faint, good, refused, strong }: Paint,
): string => {
  const { status } = outcomeResponse(outcome);
  const answer = `${status} ${outcome.rejection?.code ?? outcome.kind}`;
  const accepted = outcome.rejection === undefined;
  const types = outcome.events.map(({ type }) => type).join(', ');
  const subjects = [...new Set(outcome.events.flatMap(({ subject }) => subject ?? []))].join(', ');
  const clock = timeOf(receivedAt);
  return layRow([
    { text: clock, width: 8, paint: faint },
    { text: printable(source), width: 9, paint: strong },
    { text: answer, width: 23, paint: accepted ? good : refused },
    { text: printable(accepted ? types : hint), width: accepted ? 26 : width - 48, ...(!accepted && { paint: faint }) },
    ...(accepted ? [{ text: printable(subjects), width: width - 76, paint: faint }] : []),
  ]);
};

/** One line for an event that came out of the inbox and was handled. */
export const handledLine = (
  { source = '?' }: ObservedDelivery,
  { subject = '', type }: WebhookEvent,
  width: number,
  { faint, good, strong }: Paint,
): string =>
  layRow([
    { text: timeOf(new Date()), width: 8, paint: faint },
    { text: printable(source), width: 9, paint: strong },
    { text: 'handled', width: 23, paint: good },
    { text: printable(type), width: 26 },
    { text: printable(subject), width: width - 76, paint: faint },
  ]);

const timeOf = (date: Date): string => date.toTimeString().slice(0, 8);

/** Names and subjects come from outside: no control character of theirs reaches the terminal. */
const printable = (text: string): string => text.replace(/\p{C}/gu, '?');
