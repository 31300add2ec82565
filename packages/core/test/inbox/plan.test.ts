import { defineProvider, type EventDraft } from '@mediahooks/core';
import { z } from 'zod';
import { planEvents } from '../../src/inbox/plan.ts';
import { createSource } from '../../src/source.ts';

const source = (open: boolean) =>
  createSource(
    'platform',
    defineProvider({
      name: 'platform',
      guards: [],
      schema: z.unknown(),
      types: ['made'],
      open,
      events: () => [],
      options: { unsafeWithoutVerification: true },
    }),
  );

const plan = (open: boolean, ...drafts: EventDraft[]) => planEvents(source(open), 'd', drafts, new Map());

test.each([
  [false, 'made', 'made'],
  [false, 'other', 'unknown'],
  [false, '*', 'unknown'],
  [true, 'other', 'other'],
  [true, '*', 'unknown'],
  [true, '', 'unknown'],
])('a source open: %p stores an event of type %j as %j', (open, type, stored) => {
  expect(plan(open, { type, payload: 1 }).events).toMatchObject([{ type: stored, name: type }]);
});

test('a version that is no number does not end the order of its subject', () => {
  const draft = (version: number): EventDraft => ({ type: 'made', payload: 1, subject: 'a', version });
  const { events, subjects } = plan(false, draft(5), draft(Number.NaN), draft(4), draft(6));
  expect(events.map(({ stale }) => stale)).toEqual([false, false, true, false]);
  expect(subjects.get('platform a')?.version).toBe(6);
});
