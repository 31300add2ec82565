import assert from 'node:assert/strict';
import type { JsonValue } from '../json.ts';
import { assertAccepted, assertRefused, createContractReceiver, receiveOnce } from './receiver.ts';
import type { ContractProvider } from './subject.ts';

const extraField = 'mediahooksContractField';

/** What holds for what a proven delivery says. */
export const payloadCases = {
  async 'accepts every example and gives it its type'(provider: ContractProvider) {
    const receive = createContractReceiver(provider.create());
    for (const { example, now, delivery } of provider.deliverAll()) {
      const received = await receive(delivery, { now });
      assertAccepted(received, `"${example.name}"`);
      const types = received.events.map(({ type }) => type);
      assert.deepEqual(types, [example.type], `"${example.name}" must be one event of type ${example.type}`);
    }
  },

  async 'gives handlers the bytes as they came'(provider: ContractProvider) {
    const delivery = provider.deliver('current');
    const { events } = await receiveOnce(provider.create(), delivery);
    assert.deepEqual(
      events.map((event) => [...event.delivery.body]),
      [[...delivery.body]],
    );
  },

  async 'shows handlers no credential'(provider: ContractProvider) {
    const delivery = provider.deliver('current');
    const { events } = await receiveOnce(provider.create(), delivery);
    const [event] = events;
    assert.ok(event !== undefined, 'the delivery must reach a handler');
    const { credential } = delivery;
    if (credential.in === 'header') assert.equal(event.delivery.headers.get(credential.name), undefined);
    if (credential.in === 'query') assert.equal(event.delivery.query.get(credential.name), null);
  },

  /** Written as no serialiser would write it again: `1.0`, an escape, spaces, the order of keys, a newline at the end. */
  async 'verifies the bytes as they came, not what they parse to'(provider: ContractProvider) {
    const odd = '"mediahooksContract": [ 1.0, "\\u00e9", 12345678901234567890 ]';
    const text = JSON.stringify(provider.body, null, 3).replace(/\}(\s*\]?\s*)$/, `, ${odd} }$1\n`);
    assert.notEqual(JSON.stringify(JSON.parse(text)), text);
    const delivery = provider.deliver('current', { body: text });
    assertAccepted(await receiveOnce(provider.create(), delivery), 'a body that is written in an odd way');
  },

  async 'keeps fields that it does not know'(provider: ContractProvider) {
    const body = JSON.stringify(withExtraField(provider.body));
    const received = await receiveOnce(provider.create(), provider.deliver('current', { body }));
    assertAccepted(received, 'a payload with more fields');
    assert.ok(
      received.events.every(({ payload }) => JSON.stringify(payload).includes(extraField)),
      'the payload must still have the field',
    );
  },

  async 'refuses an authentic body that is no JSON'(provider: ContractProvider) {
    for (const body of ['', 'not JSON', '{"id":1', '{"id":1} trailing']) {
      const received = await receiveOnce(provider.create(), provider.deliver('current', { body }));
      assertRefused(received, 'malformed-body', 400, `the body ${JSON.stringify(body)}`);
    }
  },

  async 'refuses an authentic payload of another form'(provider: ContractProvider) {
    const body = JSON.stringify(provider.invalidPayload);
    const received = await receiveOnce(provider.create(), provider.deliver('current', { body }));
    assertRefused(received, 'invalid-payload', 422, `the payload ${body}`);
  },
};

/** Adds the field to every object, at any depth: what a platform adds can be anywhere. */
const withExtraField = (value: JsonValue): JsonValue => {
  if (isList(value)) return value.map(withExtraField);
  if (typeof value !== 'object' || value === null) return value;
  const copied = Object.entries(value).map(([name, child]) => [name, withExtraField(child)] as const);
  return { ...Object.fromEntries(copied), [extraField]: true };
};

const isList = (value: JsonValue): value is readonly JsonValue[] => Array.isArray(value);
