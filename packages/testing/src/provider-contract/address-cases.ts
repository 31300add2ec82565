import assert from 'node:assert/strict';
import { foreignAddress } from '../deliver/tamper.ts';
import { createTestDelivery } from '../deliver/test-delivery.ts';
import { assertAccepted, assertRefused, receiveOnce } from './receiver.ts';
import type { ContractProvider } from './subject.ts';

/** What holds where the sender's address is the proof. */
export const addressCases = {
  async 'accepts the first and the last address of every range, also as IPv6 writes them'(provider: ContractProvider) {
    const delivery = provider.deliver('current');
    for (const address of addressesOf(provider).allowed) {
      for (const socketAddress of [address, `::ffff:${address}`]) {
        assertAccepted(await receiveOnce(provider.create(), delivery, { socketAddress }), `from ${socketAddress}`);
      }
    }
  },

  async 'refuses the addresses beside every range'(provider: ContractProvider) {
    const delivery = provider.deliver('current');
    for (const address of addressesOf(provider).refused) {
      for (const socketAddress of [address, `::ffff:${address}`]) {
        const received = await receiveOnce(provider.create(), delivery, { socketAddress });
        assertRefused(received, 'address-not-allowed', 403, `from ${socketAddress}`);
      }
    }
  },

  async 'refuses an address that only a header claims'(provider: ContractProvider) {
    const [address = ''] = addressesOf(provider).allowed;
    const genuine = provider.deliver('current');
    for (const name of [
      'x-forwarded-for',
      'forwarded',
      'x-real-ip',
      'x-client-ip',
      'cf-connecting-ip',
      'true-client-ip',
    ]) {
      const value = name === 'forwarded' ? `for=${address}` : address;
      const delivery = createTestDelivery({ ...genuine, headerLines: [[name, value]] });
      const received = await receiveOnce(provider.create(), delivery, { socketAddress: foreignAddress });
      assertRefused(received, 'address-not-allowed', 403, `${name}: ${value} from ${foreignAddress}`);
    }
  },
};

const addressesOf = ({ addresses }: ContractProvider): NonNullable<ContractProvider['addresses']> => {
  assert.ok(addresses !== undefined, 'The subject gives no addresses: give them, or leave the case out with a reason.');
  return addresses;
};
