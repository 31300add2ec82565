import { deliveryFrom, deliveryOutcomeFrom, eventFrom, type StoredFields } from '@mediahooks/core/inbox';

const fieldsOf = (values: Readonly<Record<string, unknown>>): StoredFields => ({
  text(name) {
    const value = values[name];
    return typeof value === 'string' ? value : undefined;
  },
  number(name) {
    const value = values[name];
    return typeof value === 'number' ? value : undefined;
  },
  json: (name) => values[name],
  bytes(name) {
    const value = values[name];
    return value instanceof Uint8Array ? value : undefined;
  },
});

const event = {
  id: 'a.0',
  deliveryId: 'a',
  source: 'ignite',
  type: 'video.updated',
  name: 'video.updated',
  status: 'stale',
  attempts: 0,
  runAt: 7,
};
const delivery = {
  id: 'a',
  source: 'ignite',
  receivedAt: 7,
  query: '',
  headers: [['x-a', '1']],
  body: Uint8Array.of(1),
};

test('an event is read with what it has, and nothing more', () => {
  expect(eventFrom(fieldsOf(event))).toEqual({
    ...event,
    stale: true,
    payload: undefined,
    subject: undefined,
    version: undefined,
    previous: undefined,
  });
  const whole = { ...event, status: 'pending', payload: [1], subject: 'ignite video:1', version: 3, previous: null };
  expect(eventFrom(fieldsOf(whole))).toEqual({ ...whole, stale: false });
  expect(eventFrom(fieldsOf({ ...event, version: { not: 'one' } })).version).toBeUndefined();
});

test('a delivery is read with what it has, and nothing more', () => {
  expect(deliveryFrom(fieldsOf(delivery))).toEqual({ ...delivery, address: undefined, pathToken: undefined });
  const whole = { ...delivery, address: '::1', pathToken: 'token', bodyPart: 'cut' };
  expect(deliveryFrom(fieldsOf(whole))).toEqual(whole);
  expect(deliveryFrom(fieldsOf({ ...delivery, bodyPart: 'other' }))).not.toHaveProperty('bodyPart');
});

describe('what was damaged is not read:', () => {
  test.each(Object.keys(event))('an event without %s', (name) => {
    expect(() => eventFrom(fieldsOf({ ...event, [name]: undefined }))).toThrow(TypeError);
  });
  test.each(Object.keys(delivery))('a delivery without %s', (name) => {
    expect(() => deliveryFrom(fieldsOf({ ...delivery, [name]: undefined }))).toThrow(TypeError);
  });
  test.each([[['x-a']], [[['x-a', 1]]], [['x-a', '1']]])('a delivery with the headers %j', (headers) => {
    expect(() => deliveryFrom(fieldsOf({ ...delivery, headers }))).toThrow('header');
  });
  test('an event of another status, a delivery of another outcome', () => {
    expect(() => eventFrom(fieldsOf({ ...event, status: 'lost' }))).toThrow('There is no event status lost.');
    expect(() => deliveryOutcomeFrom('lost')).toThrow('There is no delivery outcome lost.');
    expect(deliveryOutcomeFrom('rejected')).toBe('rejected');
  });
});
