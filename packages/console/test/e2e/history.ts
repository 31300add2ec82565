import { type Clock, systemClock } from '@mediahooks/core';
import { deliver, foreignAddress, type TestDelivery } from '@mediahooks/testing';
import type { Scene } from './scene.ts';

export interface MovedClock extends Clock {
  /** It shows the time it was so long ago. */
  setBack(ms: number): void;
}

/** The time as it is, or as it was a while ago; it goes on either way. */
export const movedClock = (): MovedClock => {
  let behindMs = 0;
  return {
    now: () => systemClock.now() - behindMs,
    after: (ms, callback) => systemClock.after(ms, callback),
    setBack(ms) {
      behindMs = ms;
    },
  };
};

const hourMs = 3_600_000;

/** What may have come in the last day: little by night, more by day, and some that fail, come twice or are forged. */
export const sendHistory = async ({ origin, settle }: Scene, clock: MovedClock): Promise<void> => {
  for (let step = 46; step > 0; step -= 1) {
    clock.setBack((step * hourMs) / 2);
    const busy = Math.round(4 + 4 * Math.sin(((46 - step) / 46) * 2 * Math.PI) + (step % 5));
    for (let index = 0; index < busy; index += 1)
      await oneOfMany(step * 31 + index, clock).sendTo(`${origin}/webhooks`);
    // why: half an hour later the lease of what is still being handled is over, and it would count as failed.
    await settle();
  }
  clock.setBack(0);
};

const oneOfMany = (number: number, clock: Clock): TestDelivery => {
  const now = clock.now();
  const at = new Date(now).toISOString();
  const kind = (number * 7) % 23;
  const payload = {
    id: `65f1c0de${String(number).padStart(16, '0')}`,
    title: `Lecture ${number}`,
    createdAt: at,
    updatedAt: at,
  };
  if (kind < 9) return deliver('ignite', number % 3 === 0 ? 'video.created' : 'video.updated', { now, payload });
  if (kind < 13) return deliver('gcore', number % 2 === 0 ? 'video.ready' : 'stream.started');
  if (kind < 16) return deliver('tpstreams', 'livestream.streaming');
  if (kind < 19) return deliver('threeq', 'file.new');
  if (kind < 21) return deliver('echo3d', 'Upload');
  if (kind < 22) return deliver('gcore', 'video.ready', { forwardedFor: foreignAddress });
  return deliver('ignite', 'video.updated', { now, payload: { ...payload, updatedAt: 'soon' } });
};
