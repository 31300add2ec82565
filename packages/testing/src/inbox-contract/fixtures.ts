import type {
  Acceptance,
  Inbox,
  InboxEvent,
  InboxWorker,
  JobResult,
  PlannedEvent,
  StoredDelivery,
  SubjectRecord,
} from '@mediahooks/core';

let count = 0;

export interface FixtureOptions {
  readonly id?: string;
  readonly source?: string;
  readonly receivedAt?: number;
  readonly body?: Uint8Array;
  readonly keys?: readonly string[];
  /** Default: all of `keys`. */
  readonly heldKeys?: readonly string[];
  readonly keysExpireAt?: number;
  readonly events?: readonly Partial<PlannedEvent>[];
  readonly plan?: Acceptance['plan'];
  readonly subjects?: readonly string[];
}

export const delivery = (options: FixtureOptions = {}): StoredDelivery => {
  count += 1;
  return {
    id: options.id ?? `delivery-${count}`,
    source: options.source ?? 'ignite',
    receivedAt: options.receivedAt ?? Date.now(),
    address: '203.0.113.7',
    pathToken: undefined,
    query: 'a=1&a=2',
    headers: [
      ['content-type', 'application/json'],
      ['x-twice', 'one'],
      ['x-twice', 'two'],
    ],
    body: options.body ?? new TextEncoder().encode(`{"n": ${count}.0}\n`),
  };
};

export const acceptance = (options: FixtureOptions = {}): Acceptance => {
  const stored = delivery(options);
  const events = (options.events ?? [{}]).map((event, index) => plannedEvent(stored, index, event));
  return {
    delivery: stored,
    keys: options.keys ?? [],
    heldKeys: options.heldKeys ?? options.keys ?? [],
    keysExpireAt: options.keysExpireAt ?? Date.now() + 60_000,
    subjects: options.subjects ?? events.flatMap(({ subject }) => (subject === undefined ? [] : [subject])),
    plan: options.plan ?? (() => ({ events, subjects: new Map<string, SubjectRecord>() })),
  };
};

export const plannedEvent = (
  stored: StoredDelivery,
  index: number,
  event: Partial<PlannedEvent> = {},
): PlannedEvent => ({
  id: `${stored.id}.${index}`,
  source: stored.source,
  type: 'video.updated',
  name: 'video.updated',
  payload: { id: index, text: 'é\u0000😀', nested: { list: [1, 2.5, null, true] } },
  subject: undefined,
  version: undefined,
  previous: undefined,
  stale: false,
  ...event,
});

export type Run = (
  event: InboxEvent,
  delivery: StoredDelivery,
  context: { signal: AbortSignal; attempt: number },
) => Promise<JobResult> | JobResult;

export const worker = (run: Run, retryDelayMs: InboxWorker['retryDelayMs'] = () => 1): InboxWorker => ({
  run: async (event, stored, context) => run(event, stored, context),
  retryDelayMs,
});

export const handled: JobResult = { kind: 'handled' };

/** Resolves when `count` calls have been noted, with what was noted. Rejects, rather than hang, when that takes too long. */
export const collector = <Item>(
  wanted: number,
  withinMs = 20_000,
): { readonly items: Item[]; note(item: Item): void; readonly all: Promise<readonly Item[]> } => {
  const items: Item[] = [];
  let resolveAll: (items: readonly Item[]) => void = () => undefined;
  const all = new Promise<readonly Item[]>((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`${items.length} of ${wanted} came within ${withinMs} ms.`)),
      withinMs,
    );
    resolveAll = (done) => {
      clearTimeout(timer);
      resolve(done);
    };
  });
  // why: a case that fails before it waits must not leave an unhandled rejection behind.
  all.catch(() => undefined);
  return {
    items,
    all,
    note(item) {
      items.push(item);
      if (items.length === wanted) resolveAll(items);
    },
  };
};

/** Asks until the answer is as wanted: for what an engine writes down a moment after a handler is done. */
export const eventually = async <Result>(
  ask: () => Promise<Result>,
  wanted: (result: Result) => boolean,
  withinMs = 20_000,
): Promise<Result> => {
  const giveUpAt = Date.now() + withinMs;
  for (;;) {
    const result = await ask();
    if (wanted(result)) return result;
    if (Date.now() > giveUpAt)
      throw new Error(`It did not come to what was wanted within ${withinMs} ms: ${JSON.stringify(result)}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};

export const statusOf = async (inbox: Inbox, deliveryId: string): Promise<readonly string[]> =>
  (await inbox.get(deliveryId))?.events.map(({ status }) => status) ?? [];
