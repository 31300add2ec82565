import type { Acceptance } from '@mediahooks/core';
import { sqliteInbox } from '@mediahooks/inbox-sqlite';
import { collectGarbage } from '../measure/collect-garbage.ts';
import { deliver, forEach, receiverOn } from './receiver.ts';

/** What `probe.js <file> <count> <round>` measures in a process of its own, and prints. Times are for one delivery, or one event. */
export interface ScaleProbe {
  readonly acceptedTogetherUs: number;
  readonly acceptedAloneUs: number;
  readonly handledUs: number;
  readonly residentMb: number;
}

const [, , path = '', count = '0', round = '0'] = process.argv;
const total = Number(count);
const inbox = sqliteInbox({ path });

/** What the receiver hands to its inbox, made ready, so that the inbox alone is timed. */
const acceptances = async (name: string, many: number): Promise<readonly Acceptance[]> => {
  const captured: Acceptance[] = [];
  const capturing = receiverOn(
    {
      ...inbox,
      async accept(acceptance) {
        captured.push(acceptance);
        return { kind: 'stored', events: [] };
      },
    },
    () => undefined,
  );
  await forEach(many, 500, (index) => deliver(capturing, `3${round}${name}${index.toString(16)}`));
  return captured;
};

const timeAccepts = async (name: string, many: number, atOnce: number): Promise<number> => {
  const ready = await acceptances(name, many);
  collectGarbage();
  const startedAt = performance.now();
  await forEach(many, atOnce, async (index) => {
    const acceptance = ready[index];
    if (acceptance === undefined) throw new RangeError(`There is no acceptance ${index}.`);
    const { kind } = await inbox.accept(acceptance);
    if (kind !== 'stored') throw new Error(`A delivery is ${kind}.`);
  });
  return ((performance.now() - startedAt) * 1000) / many;
};

/** From the taking of one event to the taking of the next, `total` times: claimed, handed over, its end written down. */
const timeHandling = async (): Promise<number> => {
  let taken = 0;
  let startedAt = 0;
  let tell = (_us: number): void => undefined;
  const measured = new Promise<number>((resolve) => {
    tell = resolve;
  });
  const webhooks = receiverOn(inbox, () => {
    taken += 1;
    if (taken === total) startedAt = performance.now();
    if (taken === total * 2) tell(((performance.now() - startedAt) * 1000) / total);
  });
  await webhooks.start();
  const handledUs = await measured;
  await webhooks.stop();
  return handledUs;
};

await timeAccepts('a', total, 64);
const acceptedTogetherUs = await timeAccepts('b', total, 64);
const acceptedAloneUs = await timeAccepts('c', Math.ceil(total / 5), 1);
const handledUs = await timeHandling();
collectGarbage();
const residentMb = process.memoryUsage.rss() / 1024 / 1024;
const result: ScaleProbe = { acceptedTogetherUs, acceptedAloneUs, handledUs, residentMb };
process.stdout.write(JSON.stringify(result));
