import { defineProvider, type SourceOptions, type SubjectRecord } from '@mediahooks/core';
import { z } from 'zod';
import { isOlder, planEvents, planOf } from '../../src/inbox/plan.ts';
import { createSource } from '../../src/source.ts';

const source = (options: SourceOptions = {}, open = false) =>
  createSource(
    'made-up',
    defineProvider({
      name: 'platform',
      guards: [],
      schema: z.unknown(),
      types: ['changed', 'started', 'stopped'],
      open,
      events: () => [],
      options: { unsafeWithoutVerification: true, ...options },
    }),
  );

const changed = (subject: string | undefined, version?: number | string) => ({
  type: 'changed',
  payload: { subject },
  ...(subject !== undefined && { subject }),
  ...(version !== undefined && { version }),
});

const nothingKnown = new Map<string, SubjectRecord>();

const known = (subject: string, record: Partial<SubjectRecord>) =>
  new Map<string, SubjectRecord>([[subject, { state: undefined, version: undefined, ...record }]]);

test('events are numbered, and subjects named with their source', () => {
  const drafts = [changed('a', 1), changed(undefined)];
  const { events, subjects } = planEvents(source(), 'd', drafts, nothingKnown);
  expect(events.map(({ id, source: name, subject }) => [id, name, subject])).toEqual([
    ['d.0', 'made-up', 'made-up a'],
    ['d.1', 'made-up', undefined],
  ]);
  expect([...subjects]).toEqual([['made-up a', { state: undefined, version: 1 }]]);
  expect(planOf(source(), 'd', [...drafts, changed('a')]).subjects).toEqual(['made-up a']);
});

describe('staleness', () => {
  test.each([
    [1, 2, true],
    [2, 2, false],
    [3, 2, false],
    ['2024-01-01', '2024-01-02', true],
    ['2024-01-02', '2024-01-01', false],
    ['1', 2, false],
    [1, undefined, false],
  ])('version %p after %p: older is %p', (version, newest, older) => {
    expect(isOlder(version, newest)).toBe(older);
    const { events } = planEvents(source(), 'd', [changed('a', version)], known('made-up a', { version: newest }));
    expect(events.map(({ stale }) => stale)).toEqual([older]);
  });

  test('is judged within a delivery too', () => {
    const { events, subjects } = planEvents(source(), 'd', [changed('a', 2), changed('a', 1)], nothingKnown);
    expect(events.map(({ stale }) => stale)).toEqual([false, true]);
    expect(subjects.get('made-up a')?.version).toBe(2);
  });

  test('does not lower what is known of the subject', () => {
    const { subjects } = planEvents(source(), 'd', [changed('a', 1)], known('made-up a', { version: 5 }));
    expect(subjects.size).toBe(0);
  });

  test('keeps no event from handlers with stale: deliver, and does not lower the version either', () => {
    const plan = planEvents(source({ stale: 'deliver' }), 'd', [changed('a', 1)], known('made-up a', { version: 5 }));
    expect(plan.events.map(({ stale }) => stale)).toEqual([false]);
    expect(plan.subjects.size).toBe(0);
  });

  test('is not known without a version or a subject', () => {
    const { events } = planEvents(
      source(),
      'd',
      [changed('a'), changed(undefined, 1)],
      known('made-up a', { version: 5 }),
    );
    expect(events.map(({ stale }) => stale)).toEqual([false, false]);
  });
});

describe('state', () => {
  const change = (live: boolean) => ({
    subject: 'a',
    state: { live },
    events: (previous: unknown) => [
      { type: live ? 'started' : 'stopped', payload: {}, subject: 'a', ...(previous !== undefined && { previous }) },
    ],
  });

  test('what is derived gets what was remembered, and leaves what is to be', () => {
    const first = planEvents(source(), 'd', [change(true)], nothingKnown);
    expect(first.events[0]?.previous).toBeUndefined();
    const second = planEvents(source(), 'e', [change(false)], first.subjects);
    expect(second.events).toMatchObject([{ type: 'stopped', previous: { live: true } }]);
    expect(second.subjects.get('made-up a')).toEqual({ state: { live: false }, version: undefined });
  });

  test('goes on within a delivery', () => {
    const { events } = planEvents(source(), 'd', [change(true), change(false)], nothingKnown);
    expect(events.map(({ previous }) => previous)).toEqual([undefined, { live: true }]);
  });

  test('is kept beside a version', () => {
    const { subjects } = planEvents(source(), 'd', [changed('a', 2)], known('made-up a', { state: 7, version: 1 }));
    expect(subjects.get('made-up a')).toEqual({ state: 7, version: 2 });
  });
});

test('a plan is pure: planned again, it is the same', () => {
  const drafts = [changed('a', 2), changed('a', 1)];
  expect(planEvents(source(), 'd', drafts, nothingKnown)).toEqual(planEvents(source(), 'd', drafts, nothingKnown));
});

test('types that are not listed are unknown, and keep their own name where names are open', () => {
  const draft = { type: 'file.new', payload: {} };
  expect(planEvents(source(), 'd', [draft], nothingKnown).events).toMatchObject([
    { type: 'unknown', name: 'file.new' },
  ]);
  expect(planEvents(source({}, true), 'd', [draft], nothingKnown).events).toMatchObject([{ type: 'file.new' }]);
});
