import type { HttpReceiver } from '../receiver.ts';
import { byHand } from './by-hand.ts';
import { ours } from './mediahooks.ts';
import { octokit } from './octokit.ts';

export const receivers: readonly HttpReceiver[] = [...byHand, ...ours, octokit];

/** @throws {RangeError} for a receiver that does not exist. */
export const receiverOf = (framework: string, contestant: string): HttpReceiver => {
  const found = receivers.find((one) => one.framework === framework && one.contestant === contestant);
  if (found === undefined) throw new RangeError(`There is no receiver ${contestant} on ${framework}.`);
  return found;
};
