import { UnreadableDeliveryError } from '@mediahooks/core';
import {
  attemptFrom,
  claimedFrom,
  deliveryFrom,
  deliveryOutcomeFrom,
  eventFrom,
  inboxDeliveryFrom,
  type StoredFields,
} from '@mediahooks/core/inbox';

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

const kept = {
  id: 'a',
  source: 'ignite',
  receivedAt: 7,
  address: '::1',
  outcome: 'quarantined',
  rejection: { code: 'invalid-payload', hint: 'id: missing' },
};

test('a delivery that is shown has what is stored of it, and its events', () => {
  expect(inboxDeliveryFrom(fieldsOf(kept), [])).toEqual({ ...kept, duplicateOf: undefined, events: [] });
});

describe('what was damaged', () => {
  test.each(Object.entries(event))('in an event without %s is left out, and told of', (name, value) => {
    const { unreadable, ...read } = eventFrom(fieldsOf({ ...event, [name]: undefined }));
    expect(unreadable).toMatch(new RegExp(`^It cannot be read: .* ${name}\\b`));
    const instead = name === 'status' ? 'dead' : typeof value === 'number' ? 0 : '';
    expect(read).toMatchObject({ ...event, [name]: instead, stale: name !== 'status' });
  });
  test('in the source of an event leaves its subject without one', () => {
    const subject = 'ignite video:1';
    expect(eventFrom(fieldsOf({ ...event, subject, name: undefined })).subject).toBe(subject);
    expect(eventFrom(fieldsOf({ ...event, subject, source: undefined })).subject).toBeUndefined();
  });
  test.each(Object.keys(delivery))('as a delivery without %s is not loaded', (name) => {
    expect(() => deliveryFrom(fieldsOf({ ...delivery, [name]: undefined }))).toThrow(UnreadableDeliveryError);
  });
  test.each([[['x-a']], [[['x-a', 1]]], [['x-a', '1']]])(
    'as a delivery with the headers %j is not loaded',
    (headers) => {
      expect(() => deliveryFrom(fieldsOf({ ...delivery, headers }))).toThrow(/^The delivery a is damaged\. .*header/);
    },
  );
  test('as a status or an outcome is not quoted', () => {
    const [{ unreadable }, shown] = [
      eventFrom(fieldsOf({ ...event, status: 'hunter2' })),
      inboxDeliveryFrom(fieldsOf({ ...kept, outcome: 'hunter2' }), []),
    ];
    expect(unreadable).toBe('It cannot be read: What is stored as status is none that is known.');
    expect(shown.unreadable).toBe('It cannot be read: What is stored as outcome is none that is known.');
    expect(() => deliveryOutcomeFrom('hunter2')).toThrow('What is stored as outcome is none that is known.');
    expect(deliveryOutcomeFrom('rejected')).toBe('rejected');
  });
  test('in the outcome of a delivery leaves the one that a replay can do something with', () => {
    const outcomeOf = (more: object, events = [] as ReturnType<typeof eventFrom>[]) =>
      inboxDeliveryFrom(fieldsOf({ ...kept, outcome: undefined, ...more }), events).outcome;
    expect([outcomeOf({}), outcomeOf({ duplicateOf: 'b' })]).toEqual(['quarantined', 'duplicate']);
    expect(outcomeOf({}, [eventFrom(fieldsOf(event))])).toBe('stored');
  });
  test('in a time or an attempt keeps nothing from being written as a date', () => {
    const far = eventFrom(fieldsOf({ ...event, runAt: -1e18 })).runAt;
    expect(new Date(far).toISOString()).toMatch(/^-/);
    expect(attemptFrom(fieldsOf({ number: 1, endedAt: 1e18, error: 'e' }))).toEqual({
      number: 1,
      startedAt: 0,
      endedAt: 8_640_000_000_000_000,
      error: 'e',
    });
  });
  test('in an event or its delivery leaves no content for a worker', () => {
    const [whole, damaged] = [
      { ...event, status: 'running', payload: { token: 'hunter2' } },
      { ...delivery, headers: 'hunter2' },
    ];
    const claimed = claimedFrom(fieldsOf(whole), fieldsOf(damaged));
    expect(claimed).toMatchObject({
      unreadable: 'It cannot be read: The stored headers are not a list.',
      event: { id: 'a.0', payload: undefined, status: 'dead' },
      delivery: { id: 'a', receivedAt: 7, headers: [], body: new Uint8Array() },
    });
    expect(claimed.event).not.toHaveProperty('unreadable');
  });
});
