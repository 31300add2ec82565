import { type Clock, createWebhooks, type Receiver } from '@mediahooks/core';
import { contractSources } from './contract-sources.ts';
import { fieldOf } from './field-of.ts';
import { createRecord, type Recorded } from './record.ts';
import type { Scenario } from './scenario.ts';

/** Small, so that a body beyond it is sent in no time. */
export const maxBodyBytes = 65_536;

/** A receiver as the cases expect it, and what it has seen. */
export interface ContractReceiver {
  readonly webhooks: Receiver;
  readonly recorded: Recorded;
}

/**
 * Makes the receiver of a scenario: sources, limits and handlers. A server in another process makes its own, of the same scenario.
 * What a handler does is said by the payload's field `do`: `throw`, `reject`, `never`; anything else is handled.
 */
export const contractReceiver = (scenario: Scenario, clock?: Clock): ContractReceiver => {
  const { observe, recorded, see } = createRecord();
  const webhooks = createWebhooks({
    sources: contractSources(scenario.addresses),
    maxBodyBytes,
    logger: false,
    observe,
    // why: an id beyond ASCII shows whether the length of an answer is counted in bytes.
    createId: () => `délivrance-${crypto.randomUUID()}`,
    ...(scenario.trustProxy !== undefined && { trustProxy: scenario.trustProxy }),
    ...(clock !== undefined && { clock }),
  });
  if (!scenario.passOn) {
    webhooks.on('*', (event) => {
      see(event);
      const wanted = fieldOf(event.payload, 'do');
      if (wanted === 'throw') throw new Error('thrown, as the delivery wanted it');
      if (wanted === 'reject') return Promise.reject(new Error('rejected, as the delivery wanted it'));
      if (wanted === 'never') return new Promise(() => undefined);
      return undefined;
    });
  }
  return { webhooks, recorded };
};
