import { randomUUID } from 'node:crypto';
import type { Acceptance, Inbox, InboxWorker, JobResult, PlannedEvent } from '@mediahooks/core';

export interface DeliveryOptions {
  readonly id?: string;
  readonly subject?: string;
  readonly body?: Uint8Array;
  readonly keys?: readonly string[];
}

/** A delivery with one event, for an inbox to keep. */
export const acceptance = (options: DeliveryOptions = {}): Acceptance => {
  const { body = new Uint8Array([1]), id = randomUUID(), keys = [], subject } = options;
  const event: PlannedEvent = {
    id: `${id}.0`,
    source: 'ignite',
    type: 'video.updated',
    name: 'video.updated',
    payload: { id },
    subject,
    version: undefined,
    previous: undefined,
    stale: false,
  };
  const receivedAt = Date.now();
  return {
    delivery: { id, source: 'ignite', receivedAt, address: '::1', pathToken: undefined, query: '', headers: [], body },
    keys,
    heldKeys: keys,
    keysExpireAt: receivedAt + 60_000,
    subjects: subject === undefined ? [] : [subject],
    plan: () => ({ events: [event], subjects: new Map() }),
  };
};

/** Hands every event to `run`, and notes the ids of those it is done with. */
export const handling = (
  run: (id: string, attempt: number, signal: AbortSignal) => Promise<JobResult> | JobResult = () => ({
    kind: 'handled',
  }),
  retryDelayMs: InboxWorker['retryDelayMs'] = () => 1,
): { readonly worker: InboxWorker; readonly seen: readonly string[] } => {
  const seen: string[] = [];
  const worker: InboxWorker = {
    async run(event, _delivery, { attempt, signal }) {
      const result = await run(event.id, attempt, signal);
      seen.push(event.id);
      return result;
    },
    retryDelayMs,
  };
  return { worker, seen };
};

export interface Refusal {
  readonly code: unknown;
  readonly message: string;
  readonly afterMs: number;
}

/** What a promise was rejected with, and how long that took. */
export const rejected = async (work: Promise<unknown>): Promise<Refusal> => {
  const startedAt = Date.now();
  try {
    await work;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    return { code, message: error instanceof Error ? error.message : String(error), afterMs: Date.now() - startedAt };
  }
  throw new Error('It was not rejected.');
};

/** Asks until it is so, and rejects where that takes too long. What cannot be asked at the moment is not so yet. */
export const until = async (ask: () => Promise<boolean>, withinMs = 60_000): Promise<void> => {
  const giveUpAt = Date.now() + withinMs;
  while (!(await ask().catch(() => false))) {
    if (Date.now() > giveUpAt) throw new Error(`It was not so within ${withinMs} ms: ${ask}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};

export const statusOf = async (inbox: Inbox, id: string): Promise<string | undefined> =>
  (await inbox.get(id))?.events[0]?.status;
