import type {
  Acceptance,
  AcceptResult,
  KeptOutcome,
  Plan,
  PlannedEvent,
  RefusedCount,
  Rejection,
  StoredDelivery,
  SubjectRecord,
} from '@mediahooks/core';
import { InboxUnavailableError } from '@mediahooks/core';
import { heardAtOf } from '@mediahooks/core/inbox';
import { type Argument, type Engine, maxQueuedBytes } from './engine.ts';
import { deliveryFields, eventFields, subjectFrom, subjectValue } from './records.ts';
import { texts } from './replies.ts';
import type { Script } from './scripts/script.ts';
import { acceptScript, countRefusedScript, keepScript, releaseScript } from './scripts/storing.ts';
import { createSubjectGuesses } from './subject-guesses.ts';
import { createSubjectLocks } from './subject-locks.ts';

/** Puts deliveries, events and what is known of subjects into Redis. */
export interface Store {
  accept(acceptance: Acceptance): Promise<AcceptResult>;
  keep(delivery: StoredDelivery, outcome: KeptOutcome, why: Rejection): Promise<void>;
  countRefused(counts: readonly RefusedCount[]): Promise<void>;
  /** Makes events of a delivery that is kept already. */
  release(acceptance: Acceptance): Promise<AcceptResult>;
}

export interface StoreOptions {
  readonly engine: Engine;
  readonly subjectsKey: string;
  readonly maxQueued: number;
  /** Told of jobs that were made. */
  readonly onJobs: (jobs: readonly string[]) => void;
}

/** Little enough to be sent twice, where what is known of a subject was guessed wrong. */
const guessedUpToBytes = 65_536;
const guessedSubjects = 1000;
const guessedLength = 4096;

export const createStore = ({ engine, maxQueued, onJobs, subjectsKey }: StoreOptions): Store => {
  const alone = createSubjectLocks(maxQueued, maxQueuedBytes);
  const guesses = createSubjectGuesses(guessedSubjects, guessedLength);

  const readSubjects = async (subjects: readonly string[], deadline: number): Promise<string[]> => {
    if (subjects.length === 0) return [];
    const values = await engine.use((redis) => redis.hmget(subjectsKey, ...subjects), deadline);
    return values.map((value) => value ?? '');
  };

  /** Most deliveries are about a subject that is new, or was heard of here before: then nothing has to be asked. */
  const guessSubjects = async (subjects: readonly string[], bytes: number, deadline: number): Promise<string[]> => {
    const guessed = subjects.map((subject) => guesses.of(subject));
    const isKnown = guessed.every((guess) => guess !== undefined);
    return isKnown || bytes <= guessedUpToBytes
      ? guessed.map((guess) => guess ?? '')
      : readSubjects(subjects, deadline);
  };

  /**
   * Plans with what may be known of the subjects, and stores where that is what is known; otherwise plans again. Nothing is locked: of
   * several processes that try, one always gets through.
   */
  const planAndRun = async (
    acceptance: Acceptance,
    script: Script,
    before: readonly Argument[],
  ): Promise<{ readonly answer: readonly string[]; readonly events: readonly PlannedEvent[] }> => {
    const subjects = [...new Set(acceptance.subjects)];
    const deadline = engine.deadline();
    const heardAt = heardAtOf(acceptance.delivery.receivedAt);
    const bytes = acceptance.delivery.body.length;
    return alone(subjects, bytes, async () => {
      let known = await guessSubjects(subjects, bytes, deadline);
      while (Date.now() < deadline) {
        const plan = acceptance.plan(recordsOf(subjects, known));
        const expected = subjects.flatMap((subject, index) => [subject, known[index] ?? '']);
        const args = [...before, ...counted(expected), heardAt, ...planArguments(plan)];
        const [kind, ...answer] = texts(await engine.run(script, args, deadline));
        if (kind === 'stored') {
          for (const [subject, record] of plan.subjects) guesses.note(subject, subjectValue(record));
        }
        if (kind !== 'conflict') return { answer: [kind ?? '', ...answer], events: plan.events };
        known = answer;
        for (const [index, subject] of subjects.entries()) guesses.note(subject, known[index] ?? '');
      }
      throw new InboxUnavailableError('Other processes changed the same subjects all the time.');
    });
  };

  const stored = (jobs: readonly string[], events: readonly PlannedEvent[]): AcceptResult => {
    onJobs(jobs);
    return { kind: 'stored', events };
  };

  return {
    async accept(acceptance) {
      const { delivery, heldKeys, keys, keysExpireAt } = acceptance;
      const head = [Date.now(), delivery.id, delivery.source, delivery.receivedAt];
      const recognised = [...counted(keys), ...counted(heldKeys), keysExpireAt];
      const before = [...head, ...counted(deliveryFields(delivery)), ...recognised];
      const { answer, events } = await planAndRun(acceptance, acceptScript, before);
      const [kind, ...rest] = answer;
      return kind === 'duplicate' ? { kind, of: rest[0] ?? '' } : stored(rest, events);
    },
    async keep(delivery, outcome, why) {
      const fields = counted(deliveryFields(delivery, why));
      await engine.run(keepScript, [delivery.id, outcome, delivery.source, delivery.receivedAt, ...fields]);
    },
    async countRefused(counts) {
      const rows = counts.flatMap(({ count, receivedAt, source }) => [source, receivedAt, count]);
      await engine.run(countRefusedScript, [counts.length, ...rows]);
    },
    async release(acceptance) {
      const { id } = acceptance.delivery;
      const { heldKeys, keys, keysExpireAt } = acceptance;
      const before = [Date.now(), id, ...counted(keys), ...counted(heldKeys), keysExpireAt];
      const { answer, events } = await planAndRun(acceptance, releaseScript, before);
      const [kind, ...jobs] = answer;
      if (kind === 'duplicate') return { kind, of: jobs[0] ?? '' };
      if (kind === 'missing') throw new Error(`There is no delivery ${id} in this inbox.`);
      return kind === 'again' ? { kind: 'duplicate', of: id } : stored(jobs, events);
    },
  };
};

const recordsOf = (subjects: readonly string[], known: readonly string[]): ReadonlyMap<string, SubjectRecord> =>
  new Map(
    subjects.flatMap((subject, index): [string, SubjectRecord][] => {
      const record = subjectFrom(known[index] ?? '');
      return record === undefined ? [] : [[subject, record]];
    }),
  );

const counted = (items: readonly Argument[]): Argument[] => [items.length, ...items];

const planArguments = ({ events, subjects }: Plan): Argument[] => [
  ...counted([...subjects].flatMap(([subject, record]) => [subject, subjectValue(record)])),
  events.length,
  ...events.flatMap((event) => [
    event.id,
    laneOf(event),
    event.type,
    event.subject ?? '',
    event.stale ? '1' : '0',
    ...counted(eventFields(event)),
  ]),
];

/** Events of one lane are handled one after another. */
const laneOf = ({ id, subject }: PlannedEvent): string =>
  subject === undefined ? `event ${id}` : `subject ${subject}`;
