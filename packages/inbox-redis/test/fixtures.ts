import { randomUUID } from 'node:crypto';
import type { Acceptance, InboxWorker, JobResult, PlannedEvent } from '@mediahooks/core';

/** A delivery with one event for an inbox to keep. */
export const acceptance = (
  options: { id?: string; subject?: string; body?: Uint8Array; keys?: string[]; receivedAt?: number } = {},
): Acceptance => {
  const { body = new Uint8Array([1]), id = randomUUID(), keys = [], receivedAt = Date.now(), subject } = options;
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
  return {
    delivery: {
      id,
      source: 'ignite',
      receivedAt,
      address: undefined,
      pathToken: undefined,
      query: '',
      headers: [],
      body,
    },
    keys,
    heldKeys: keys,
    keysExpireAt: Date.now() + 60_000,
    subjects: subject === undefined ? [] : [subject],
    plan: () => ({ events: [event], subjects: new Map() }),
  };
};

/** Hands each event to `run`; resolves with the ids of `wanted` different events once they have come. */
export const handling = (
  wanted: number,
  run: (id: string, attempt: number, signal: AbortSignal) => Promise<JobResult> | JobResult = () => ({
    kind: 'handled',
  }),
): { readonly worker: InboxWorker; readonly seen: readonly string[]; readonly all: Promise<readonly string[]> } => {
  const seen: string[] = [];
  let resolve: (ids: readonly string[]) => void = () => undefined;
  const all = new Promise<readonly string[]>((done) => {
    resolve = done;
  });
  const worker: InboxWorker = {
    async run(event, _delivery, { attempt, signal }) {
      const result = await run(event.id, attempt, signal);
      seen.push(event.id);
      if (new Set(seen).size >= wanted) resolve([...new Set(seen)]);
      return result;
    },
    retryDelayMs: () => 1,
  };
  return { worker, seen, all };
};

/** What a promise was rejected with, and how long that took. */
export const rejected = async (
  work: Promise<unknown>,
): Promise<{ readonly code: unknown; readonly message: string; readonly afterMs: number }> => {
  const startedAt = Date.now();
  try {
    await work;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    return { code, message: error instanceof Error ? error.message : String(error), afterMs: Date.now() - startedAt };
  }
  throw new Error('It was not rejected.');
};
