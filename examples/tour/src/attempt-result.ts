import { rejectionTable } from '@mediahooks/core';
import type { Attempt } from './attempt.ts';
import type { Journal } from './journal.ts';
import type { Receivers } from './receivers.ts';

/** What became of an attempt: a row of the table. */
export interface AttemptResult {
  readonly attempt: Attempt;
  /** Event types of a genuine delivery, what is wrong with a forged one. */
  readonly what: string;
  /** Status, and outcome or code. */
  readonly answer: string;
  readonly why: string;
  readonly asExpected: boolean;
}

/** Sends it over HTTP and reads the answer; why it was refused comes from the receiver's own journal. */
export const attemptDelivery = async (
  attempt: Attempt,
  receivers: Receivers,
  journal: Journal,
): Promise<AttemptResult> => {
  const { delivery, kind } = attempt;
  const { origin } = kind === 'forgery' && attempt.direct === true ? receivers.direct : receivers.proxied;
  const response = await delivery.sendTo(`${origin}/webhooks`);
  const { id, word } = readAnswer(await response.json());
  const { hint, types: made } = journal.entry(id);
  const types = kind === 'genuine' ? await journal.handled(id, made.length) : made;
  const answer = `${response.status} ${word}`;
  const accepted = receivers.keeps ? '202 stored' : '200 handled';
  const expected = kind === 'genuine' ? accepted : `${rejectionTable[attempt.code].status} ${attempt.code}`;
  const asExpected = answer === expected && (kind === 'forgery' || types.join() === delivery.type);
  const found = kind === 'genuine' && hint === '' ? attempt.why : hint;
  return {
    attempt,
    what: kind === 'genuine' ? types.join(', ') || delivery.type : attempt.name,
    answer,
    why: asExpected
      ? firstSentence(found)
      : `expected ${expected}${kind === 'genuine' ? `${receivers.keeps ? ' and handled' : ''} as ${delivery.type}` : ''}. ${found}`,
    asExpected,
  };
};

const readAnswer = (body: unknown): { readonly id: string; readonly word: string } => {
  const fields = new Map(Object.entries(typeof body === 'object' && body !== null ? body : {}));
  const id = fields.get('delivery') ?? String(fields.get('instance')).replace(/^urn:uuid:/, '');
  return { id: String(id), word: String(fields.get('code') ?? fields.get('outcome')) };
};

/** A hint says what happened, and then what to do; for the table the first is enough, unless it is very short. */
const firstSentence = (text: string): string => /^.{40,}?\.(?= [A-Z])/.exec(text)?.[0] ?? text;
