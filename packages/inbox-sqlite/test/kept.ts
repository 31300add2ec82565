import type { Acceptance, InboxWorker, JobResult, PlannedEvent, StoredDelivery } from '@mediahooks/core';
import { settledOnDisk } from '../../core/test/standing-clock.ts';

/** A delivery with one event, for tests of the engine alone. */
export const kept = (id: string, event: Partial<PlannedEvent> = {}, keys: readonly string[] = []): Acceptance => {
  const delivery = storedDelivery(id);
  const planned: PlannedEvent = {
    id: `${id}.0`,
    source: 'ignite',
    type: 'video.updated',
    name: 'video.updated',
    payload: { id },
    subject: undefined,
    version: undefined,
    previous: undefined,
    stale: false,
    ...event,
  };
  return {
    delivery,
    keys,
    heldKeys: keys,
    keysExpireAt: Number.MAX_SAFE_INTEGER,
    subjects: [],
    plan: () => ({ events: [planned], subjects: new Map() }),
  };
};

export const storedDelivery = (id: string, body = '{}'): StoredDelivery => ({
  id,
  source: 'ignite',
  receivedAt: 1_700_000_000_000,
  address: undefined,
  pathToken: undefined,
  query: '',
  headers: [],
  body: new TextEncoder().encode(body),
});

export const workerOf = (run: InboxWorker['run'], attempts = 10): InboxWorker => ({
  run,
  retryDelayMs: (attempt) => (attempt < attempts ? 1000 : undefined),
});

export const handled: JobResult = { kind: 'handled' };

/** A promise and the function that fulfils it. */
export const gate = <Value = void>(): { readonly passed: Promise<Value>; readonly open: (value: Value) => void } => {
  let open: (value: Value) => void = () => undefined;
  const passed = new Promise<Value>((resolve) => {
    open = resolve;
  });
  return { passed, open: (value) => open(value) };
};

/** Lets what waits for promises, for the turn of the event loop and for the disk go as far as it can. */
export const turns = async (count = 20): Promise<void> => {
  for (let turn = 0; turn < count; turn += 1) await settledOnDisk();
};
