import type { PruneOptions } from '@mediahooks/core';
import { heardAtOf } from '@mediahooks/core/inbox';
import type { Dispatcher } from './dispatcher.ts';
import type { Engine } from './engine.ts';
import { list, text, texts } from './replies.ts';
import {
  discardScript,
  forgetScript,
  hearUnheardScript,
  pruneRefusedScript,
  pruneScript,
  requeueScript,
} from './scripts/upkeep.ts';

/** What an operator does to events. */
export interface Upkeep {
  requeue(deliveryId: string): Promise<number>;
  discard(deliveryId: string): Promise<number>;
  prune(options: PruneOptions): Promise<number>;
}

/** Looked at in one script, so that deliveries do not wait long behind it. */
const pruneBatch = 200;

export const createUpkeep = (engine: Engine, dispatcher: Dispatcher): Upkeep => ({
  async requeue(deliveryId) {
    const [total, jobs] = list(await engine.run(requeueScript, [Date.now(), deliveryId]));
    dispatcher.add(texts(jobs));
    return Number(text(total));
  },
  async discard(deliveryId) {
    const [total, jobs, needless] = list(await engine.run(discardScript, [Date.now(), deliveryId]));
    dispatcher.add(texts(jobs));
    dispatcher.remove(texts(needless));
    return Number(text(total));
  },
  async prune({ before, refused, unresolved = false }) {
    let total = 0;
    let kept = 0;
    for (;;) {
      const args = [before, unresolved ? '1' : '0', kept, pruneBatch];
      const [removed, looked] = list(await engine.run(pruneScript, args)).map((count) => Number(text(count)));
      total += removed ?? 0;
      kept += (looked ?? 0) - (removed ?? 0);
      if ((looked ?? 0) < pruneBatch) break;
    }
    while (refused !== undefined) {
      const args = [refused.before, refused.keep, pruneBatch];
      const removed = Number(text(await engine.run(pruneRefusedScript, args)));
      total += removed;
      if (removed < pruneBatch) break;
    }
    await forgetSubjects(engine, before);
    return total;
  },
});

const forgetSubjects = async (engine: Engine, before: number): Promise<void> => {
  let cursor = '0';
  do cursor = text(await engine.run(hearUnheardScript, [cursor, heardAtOf(Date.now())]));
  while (cursor !== '0');
  let kept = 0;
  for (;;) {
    const reply = list(await engine.run(forgetScript, [before, kept, pruneBatch]));
    const [forgotten = 0, looked = 0] = reply.map((count) => Number(text(count)));
    kept += looked - forgotten;
    if (looked < pruneBatch) return;
  }
};
