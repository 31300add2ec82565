import assert from 'node:assert/strict';
import { editCredential, spoilSignatures, tamperWith } from '../deliver/tamper.ts';
import type { TestDelivery } from '../deliver/test-delivery.ts';
import { assertAccepted, assertRefused, receiveOnce } from './receiver.ts';
import type { ContractProvider } from './subject.ts';

/** What holds wherever a credential comes with the delivery: in a header, or in the URL. */
export const credentialCases = {
  async 'refuses a delivery without its credential'(provider: ContractProvider) {
    const delivery = tamperWith(provider.deliver('current'), 'credential-missing');
    assertRefused(await receiveOnce(provider.create(), delivery), 'credential-missing', 401, 'no credential');
  },

  async 'refuses a delivery whose credential is empty'(provider: ContractProvider) {
    const delivery = tamperWith(provider.deliver('current'), 'credential-empty');
    assertRefused(await receiveOnce(provider.create(), delivery), 'credential-missing', 401, 'an empty credential');
  },

  async 'refuses a delivery whose credential comes twice'(provider: ContractProvider) {
    const delivery = provider.deliver('current');
    const spoilt = credentialOf(tamperWith(delivery, 'credential'));
    const doubled: readonly (readonly [string, (value: string) => readonly string[]])[] = [
      ['the right credential twice', (value) => [value, value]],
      ['the right credential and a wrong one', (value) => [value, spoilt]],
      ['a wrong credential and the right one', (value) => [spoilt, value]],
    ];
    for (const [what, edit] of doubled) {
      const received = await receiveOnce(provider.create(), editCredential(delivery, edit));
      assertRefused(received, 'credential-invalid', 401, what);
    }
    if (delivery.credential.in === 'header') {
      // why: fetch and some proxies join the lines of a header that comes twice.
      const joined = editCredential(delivery, (value) => `${value}, ${value}`);
      const received = await receiveOnce(provider.create(), joined);
      assertRefused(received, 'credential-invalid', 401, 'the right credential twice, joined into one line');
    }
  },

  async 'refuses a credential with one character changed'(provider: ContractProvider) {
    const delivery = tamperWith(provider.deliver('current'), 'credential');
    assertRefused(await receiveOnce(provider.create(), delivery), 'credential-invalid', 401, 'a changed credential');
  },

  async 'refuses a credential that is cut short or continued'(provider: ContractProvider) {
    const delivery = provider.deliver('current');
    const short = editCredential(delivery, (value) => spoilSignatures(value, (one) => one.slice(0, -2)));
    assertRefused(await receiveOnce(provider.create(), short), 'credential-invalid', 401, 'a credential cut short');
    const long = editCredential(delivery, (value) => spoilSignatures(value, (one) => `${one}ab`));
    assertRefused(await receiveOnce(provider.create(), long), 'credential-invalid', 401, 'a continued credential');
  },

  async 'refuses what is proven with a wrong secret'(provider: ContractProvider) {
    const received = await receiveOnce(provider.create(), provider.deliver('wrong'));
    assertRefused(received, 'credential-invalid', 401, 'a wrong secret');
  },

  async 'accepts both secrets of a rotation, and no third'(provider: ContractProvider) {
    const rotating = () => provider.create('current', 'next');
    assertAccepted(await receiveOnce(rotating(), provider.deliver('current')), 'the first secret');
    assertAccepted(await receiveOnce(rotating(), provider.deliver('next')), 'the second secret');
    const third = await receiveOnce(rotating(), provider.deliver('wrong'));
    assertRefused(third, 'credential-invalid', 401, 'a third secret');
  },

  async 'refuses a secret that the rotation has left behind'(provider: ContractProvider) {
    const received = await receiveOnce(provider.create('next'), provider.deliver('current'));
    assertRefused(received, 'credential-invalid', 401, 'the secret from before the rotation');
  },

  async 'judges the credential before it reads the body as JSON'(provider: ContractProvider) {
    const forged = provider.deliver('wrong', { body: 'not JSON' });
    const received = await receiveOnce(provider.create(), forged);
    assertRefused(received, 'credential-invalid', 401, 'a forged body that is no JSON');
  },

  async 'tells neither sender nor operator the secret'(provider: ContractProvider) {
    const genuine = provider.deliver('current');
    const secrets = [...Object.values(provider.proofs).filter(isText), ...secretParts(credentialOf(genuine))];
    const refused = [
      provider.deliver('wrong'),
      tamperWith(genuine, 'credential'),
      tamperWith(genuine, 'credential-doubled'),
      tamperWith(genuine, 'credential-missing'),
    ];
    for (const delivery of refused) {
      const { answer, hint, outcome } = await receiveOnce(provider.create(), delivery);
      assert.notEqual(outcome.rejection, undefined, 'each of these must be refused');
      for (const secret of secrets) {
        assert.ok(!answer.includes(secret), 'the answer must not hold a secret');
        assert.ok(!hint.includes(secret), 'the hint must not hold a secret');
      }
    }
  },
};

/** Signatures and tokens, without what stands around them: `Bearer`, `t=1705316400000`. */
const secretParts = (credential: string): readonly string[] =>
  credential.split(/[\s,]+|v1=/).filter((part) => part.length > 20);

const isText = (value: unknown): value is string => typeof value === 'string';

const credentialOf = (delivery: TestDelivery): string => {
  let credential = '';
  editCredential(delivery, (value) => {
    credential = value;
    return value;
  });
  return credential;
};
