import { eventType } from '../event-type.ts';
import type { EventDraft, SubjectChange } from '../provider.ts';
import type { Source } from '../source.ts';
import type { Acceptance, Plan, PlannedEvent, SubjectRecord } from './inbox.ts';

/** A subject's name among all sources. */
export const subjectKey = (source: string, subject: string): string => `${source} ${subject}`;

/** What an inbox needs of a payload to store its events. */
export const planOf = (
  source: Source,
  deliveryId: string,
  drafts: readonly (EventDraft | SubjectChange)[],
): Pick<Acceptance, 'plan' | 'subjects'> => ({
  subjects: [
    ...new Set(drafts.flatMap(({ subject }) => (subject === undefined ? [] : [subjectKey(source.name, subject)]))),
  ],
  plan: (known) => planEvents(source, deliveryId, drafts, known),
});

/**
 * Makes events out of drafts, given what is known of their subjects: derives what changed, finds what is stale, and says what is
 * known from now on. Pure: an inbox calls it within its transaction, as often as that has to be tried.
 */
export const planEvents = (
  source: Source,
  deliveryId: string,
  drafts: readonly (EventDraft | SubjectChange)[],
  known: ReadonlyMap<string, SubjectRecord>,
): Plan => {
  const subjects = new Map<string, SubjectRecord>();
  const events: PlannedEvent[] = [];
  const { options } = source.provider;
  const recordOf = (subject: string): SubjectRecord =>
    subjects.get(subject) ?? known.get(subject) ?? { state: undefined, version: undefined };

  const add = (draft: EventDraft): void => {
    const subject = draft.subject === undefined ? undefined : subjectKey(source.name, draft.subject);
    // why: NaN is neither older nor newer than anything, and would end the order of its subject.
    const version = Number.isNaN(draft.version) ? undefined : draft.version;
    let stale = false;
    if (subject !== undefined && version !== undefined) {
      const record = recordOf(subject);
      const older = isOlder(version, record.version);
      stale = older && options.stale !== 'deliver';
      if (!older) subjects.set(subject, { ...record, version });
    }
    events.push({
      id: `${deliveryId}.${events.length}`,
      source: source.name,
      type: eventType(source.provider, draft.type),
      name: draft.name ?? draft.type,
      payload: draft.payload,
      subject,
      version,
      previous: draft.previous,
      stale,
    });
  };

  for (const draft of drafts) {
    if ('events' in draft) {
      const subject = subjectKey(source.name, draft.subject);
      const record = recordOf(subject);
      subjects.set(subject, { ...record, state: draft.state });
      for (const derived of draft.events(record.state)) add(derived);
    } else add(draft);
  }
  return { events, subjects };
};

/** Versions of different kinds cannot be compared: then neither is older. */
export const isOlder = (version: number | string, newest: number | string | undefined): boolean =>
  newest !== undefined && typeof newest === typeof version && version < newest;
