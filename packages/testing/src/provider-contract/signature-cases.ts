import assert from 'node:assert/strict';
import { flipByte } from '../deliver/tamper.ts';
import { createTestDelivery } from '../deliver/test-delivery.ts';
import { assertAccepted, assertRefused, createContractReceiver, receiveOnce } from './receiver.ts';
import { type ContractProvider, contractNow } from './subject.ts';

/** What holds where the body is signed. */
export const signatureCases = {
  async 'refuses a body with one byte flipped, whichever it is'(provider: ContractProvider) {
    const delivery = provider.deliver('current');
    const receive = createContractReceiver(provider.create());
    for (let index = 0; index < delivery.body.length; index += 1) {
      assertRefused(await receive(flipByte(delivery, index)), 'credential-invalid', 401, `byte ${index} flipped`);
    }
    assertAccepted(await receive(delivery), 'the untouched body');
  },

  async 'refuses a longer, a shorter and an empty body under the same signature'(provider: ContractProvider) {
    const delivery = provider.deliver('current');
    const bodies = {
      'a space behind it': Uint8Array.from([...delivery.body, 0x20]),
      'its last byte missing': delivery.body.slice(0, -1),
      'nothing in it': new Uint8Array(0),
    };
    for (const [what, body] of Object.entries(bodies)) {
      const received = await receiveOnce(provider.create(), createTestDelivery({ ...delivery, body }));
      assertRefused(received, 'credential-invalid', 401, `a body with ${what}`);
    }
  },
};

const minuteMs = 60_000;

/** What holds where a timestamp is part of what is signed. */
export const timestampCases = {
  async 'accepts a timestamp one millisecond inside the window, old and new'(provider: ContractProvider) {
    const { toleranceMs } = windowOf(provider);
    for (const ageMs of [toleranceMs - 1, 0, 1 - toleranceMs]) {
      const delivery = provider.deliver('current', { now: contractNow - ageMs });
      assertAccepted(await receiveOnce(provider.create(), delivery), `a timestamp ${ageMs} ms old`);
    }
  },

  async 'refuses a timestamp one millisecond outside the window, old and new'(provider: ContractProvider) {
    const { toleranceMs } = windowOf(provider);
    for (const ageMs of [toleranceMs + 1, -toleranceMs - 1, toleranceMs + minuteMs, -toleranceMs - minuteMs]) {
      const delivery = provider.deliver('current', { now: contractNow - ageMs });
      const received = await receiveOnce(provider.create(), delivery);
      assertRefused(received, 'credential-expired', 401, `a timestamp ${ageMs} ms old`);
    }
  },
};

const windowOf = ({ toleranceMs }: ContractProvider): { readonly toleranceMs: number } => {
  assert.ok(
    toleranceMs !== undefined,
    'The subject gives no toleranceMs: give it, or leave the case out with a reason.',
  );
  return { toleranceMs };
};
