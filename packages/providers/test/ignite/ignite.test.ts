import { ignite } from '@mediahooks/providers';
import { igniteSignature } from '@mediahooks/testing';
import { thrownBy, untyped, uselessSecrets } from '../misconfiguration.ts';
import { examplePayload } from '../payload.ts';
import { receiverOf, type TestReceiver } from '../receiver.ts';

const secret = 'whsec_test_secret_0001';
const timestamp = 1_705_316_400_000;
let deliveries = 0;

const send = (
  receiver: TestReceiver,
  payload: unknown,
  event: string | undefined,
  more: Record<string, string> = {},
) => {
  const body = JSON.stringify(payload);
  deliveries += 1;
  return receiver.send({
    body,
    headers: {
      'x-webhook-signature': igniteSignature(secret, body, receiver.now),
      ...(event !== undefined && { 'x-webhook-event': event }),
      'x-webhook-delivery-id': `del_${deliveries}`,
      ...more,
    },
  });
};

const video = (fields: object = {}) => ({
  id: 'v1',
  createdAt: '2024-01-15T10:30:00.000Z',
  updatedAt: '2024-01-15T10:30:00.000Z',
  ...fields,
});

test.each(['video.created', 'video.updated', 'video.deleted'])(
  "the page's example is %s where the header says so",
  async (type) => {
    const body = examplePayload('ignite/video');
    const { status, events } = await send(receiverOf(ignite({ secret }), timestamp), body, type);
    expect(status).toBe(200);
    expect(events).toMatchObject([
      { type, name: type, subject: 'video:507f1f77bcf86cd799439011', version: Date.parse('2024-01-15T10:30:00.000Z') },
    ]);
    expect(events[0]?.payload).toEqual(body);
    expect(events[0]?.delivery.providerId).toBe(`del_${deliveries}`);
  },
);

test('the known answer of another implementation is genuine', async () => {
  const body = '{"id":"507f1f77bcf86cd799439011","status":"COMPLETE"}';
  const v1 = '4375076a8153d600ec7f0077c134b1bdfc421bcf4b93be0ddd5e69f3bed0512b';
  const signed = (signature: string) => ({
    body,
    headers: { 'x-webhook-signature': `t=${timestamp},v1=${signature}` },
  });
  const receiver = receiverOf(ignite({ secret }), timestamp);
  // Authentic, and then refused because this body has no dates.
  expect(await receiver.send(signed(v1))).toMatchObject({ status: 422, result: 'invalid-payload' });
  const flipped = v1.replace(/^4/, '5');
  expect(await receiver.send(signed(flipped))).toMatchObject({ status: 401, result: 'credential-invalid' });
});

test.each([
  ['video.transcoded', 'video.transcoded'],
  [undefined, 'unknown'],
  ['', 'unknown'],
])('an event called %j arrives as unknown', async (event, name) => {
  const { status, events } = await send(receiverOf(ignite({ secret }), timestamp), video(), event);
  expect(status).toBe(200);
  expect(events).toMatchObject([{ type: 'unknown', name, subject: 'video:v1', payload: video() }]);
});

test('fields that are not in the schema are kept, at every depth', async () => {
  const payload = video({ new_field: 1, src: { hls: [{ url: 'u', codec: 'x' }], abr: { url: 'u', drm: true } } });
  const { events } = await send(receiverOf(ignite({ secret }), timestamp), payload, 'video.updated');
  expect(events[0]?.payload).toEqual(payload);
});

test.each([
  ['without id', { id: undefined }, 'id'],
  ['with an empty id', { id: '' }, 'id'],
  ['without updatedAt', { updatedAt: undefined }, 'updatedAt'],
  ['with an updatedAt that is no date', { updatedAt: 'yesterday' }, 'updatedAt'],
  ['without createdAt', { createdAt: undefined }, 'createdAt'],
])('a video %s is invalid, and the hint says where', async (_what, fields, path) => {
  const answer = await send(receiverOf(ignite({ secret }), timestamp), video(fields), 'video.updated');
  expect(answer).toMatchObject({ status: 422, result: 'invalid-payload' });
  expect(answer.hint).toContain(`${path}: `);
});

test('an older state of a video is stale, an equal one is not, another video is its own', async () => {
  const receiver = receiverOf(ignite({ secret }), timestamp);
  const updated = (updatedAt: string, more: object = {}) =>
    send(receiver, video({ updatedAt, ...more }), 'video.updated');
  expect(await updated('2024-01-15T10:30:00.500Z')).toMatchObject({ result: 'handled' });
  expect(await updated('2024-01-15T10:30:00.499Z')).toMatchObject({ status: 200, result: 'stale' });
  expect(await updated('2024-01-15T11:30:00.499+01:00')).toMatchObject({ status: 200, result: 'stale' });
  expect(await updated('2024-01-15T10:30:00.500Z', { title: 'other' })).toMatchObject({ result: 'handled' });
  expect(await updated('2024-01-15T10:30:00.499Z', { id: 'v2' })).toMatchObject({ result: 'handled' });
});

test('stale states reach handlers where the options say so', async () => {
  const receiver = receiverOf(ignite({ secret, stale: 'deliver' }), timestamp);
  const updated = (updatedAt: string) => send(receiver, video({ updatedAt }), 'video.updated');
  expect(await updated('2024-01-15T10:30:00.500Z')).toMatchObject({ result: 'handled' });
  expect(await updated('2024-01-15T10:30:00.499Z')).toMatchObject({ result: 'handled' });
});

test('a delivery that comes again is a duplicate, by its id and by what is signed', async () => {
  const receiver = receiverOf(ignite({ secret }), timestamp);
  const id = { 'x-webhook-delivery-id': 'del_again' };
  expect(await send(receiver, video(), 'video.updated', id)).toMatchObject({ result: 'handled' });
  expect(await send(receiver, video(), 'video.updated', id)).toMatchObject({ status: 200, result: 'duplicate' });
  // The signature covers neither id nor name: the same signed content under others is still the same delivery.
  expect(await send(receiver, video(), 'video.deleted')).toMatchObject({ status: 200, result: 'duplicate' });
  receiver.now += 1;
  expect(await send(receiver, video(), 'video.updated', id)).toMatchObject({ status: 200, result: 'duplicate' });
  expect(await send(receiver, video(), 'video.updated')).toMatchObject({ result: 'handled' });
});

test.each([
  ['as old as allowed', {}, 300_000, 200, 'handled'],
  ['a millisecond older', {}, 300_001, 401, 'credential-expired'],
  ['as new as allowed', {}, -300_000, 200, 'handled'],
  ['a millisecond newer', {}, -300_001, 401, 'credential-expired'],
  ['as old as allowed by an option', { toleranceMs: 5 }, 5, 200, 'handled'],
  ['older than allowed by an option', { toleranceMs: 5 }, 6, 401, 'credential-expired'],
  ['of any age, where the check is off', { toleranceMs: false as const }, 10 ** 11, 200, 'handled'],
])('a signature %s is answered as it should be', async (_what, options, ageMs, status, result) => {
  const receiver = receiverOf(ignite({ secret, ...options }), timestamp);
  const body = JSON.stringify(video());
  const headers = {
    'x-webhook-signature': igniteSignature(secret, body, timestamp - ageMs),
    'x-webhook-event': 'video.updated',
  };
  expect(await receiver.send({ body, headers })).toMatchObject({ status, result });
});

test('the second secret of a rotation is as good as the first, a third is not', async () => {
  const receiver = receiverOf(ignite({ secret: ['whsec_new', secret] }), timestamp);
  expect(await send(receiver, video(), 'video.updated')).toMatchObject({ status: 200 });
  const others = receiverOf(ignite({ secret: ['whsec_new', 'whsec_other'] }), timestamp);
  expect(await send(others, video(), 'video.updated')).toMatchObject({ status: 401, result: 'credential-invalid' });
});

test.each(uselessSecrets)('a secret that is %s is refused at construction', (_what, useless, code) => {
  const thrown = thrownBy(() => untyped(ignite, { secret: useless }));
  expect(thrown.code).toBe(code);
  expect(thrown.message).toContain('ignite: option "secret"');
  if (code !== 'option-invalid') expect(thrown.message).toContain('MEDIAHOOKS_IGNITE_SECRET');
});

test.each([
  ['an unknown option', { secret, tolerance: 1 }, 'option-unknown', '"tolerance"'],
  ['a negative tolerance', { secret, toleranceMs: -1 }, 'option-invalid', '"toleranceMs"'],
  ['a tolerance as text', { secret, toleranceMs: '300' }, 'option-invalid', '"toleranceMs"'],
  ['a window of nothing', { secret, dedupe: { window: 0 } }, 'option-invalid', '"dedupe.window"'],
])('%s is refused at construction', (_what, options, code, named) => {
  const thrown = thrownBy(() => untyped(ignite, options));
  expect(thrown.code).toBe(code);
  expect(thrown.message).toContain(named);
});

test('the secret is not logged, even where a handler quotes it', async () => {
  const receiver = receiverOf(ignite({ secret }), timestamp);
  receiver.failWith(new Error(`signed with ${secret}, and ${'whsec_of_another'}`));
  await send(receiver, video({ signingSecret: 'whsec_of_another' }), 'video.updated');
  expect(receiver.log.join()).toContain('signed with');
  expect(receiver.log.join()).not.toContain('whsec_');
});
