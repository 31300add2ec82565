import { redacted, redactPayload } from '@mediahooks/core';
import { echo3d } from '@mediahooks/providers';
import { thrownBy, untyped, uselessSecrets } from '../misconfiguration.ts';
import { examplePayload } from '../payload.ts';
import { receiverOf } from '../receiver.ts';

const urlToken = 'url-token-0001';
const apiKey = 'bold-sky-1234';
const receiver = () => receiverOf(echo3d({ urlToken, apiKey }));
const asset = 'asset:a1b2c3d4-5678-90ab-cdef-1234567890ab';
const lists = { metadataKeys: [], metadataValues: [], statuses: [], versionIds: [] };
const upload = { event: 'Upload', apiKey, entryIds: ['a'], ...lists };

test.each([
  ['Upload', asset],
  ['Processed', asset],
  ['Edit', asset],
  ['Delete', undefined],
  ['CollectionMetadataAdd', 'collection'],
  ['CollectionMetadataRemove', 'collection'],
  ['AssetMetadataAdd', undefined],
  ['AssetMetadataRemove', undefined],
  ['AssetStatusUpdate', asset],
])("the page's example of %s is the event, about %s", async (type, subject) => {
  const body = examplePayload(`echo3d/${type}`);
  const { status, events } = await receiver().send({ body, token: urlToken });
  expect(status).toBe(200);
  expect(events).toMatchObject([{ type, name: type }]);
  expect(events[0]?.subject).toBe(subject);
  expect(events[0]?.payload).toEqual(body);
});

test('a trigger of several assets that names one is about that one', async () => {
  const body = { event: 'Delete', apiKey, entryIds: ['a'], ...lists };
  const { events } = await receiver().send({ body, token: urlToken });
  expect(events).toMatchObject([{ type: 'Delete', subject: 'asset:a' }]);
});

test.each([
  ['a status that was removed, of the asset itself', { statuses: [], versionIds: [] }],
  ['an older body, without statuses and versions', { statuses: undefined, versionIds: undefined }],
  ['more fields than are known', { collection: { id: 1 } }],
])('%s is accepted', async (_what, fields) => {
  const body = { event: 'AssetStatusUpdate', apiKey, entryIds: ['a'], ...lists, ...fields };
  const { status, events } = await receiver().send({ body, token: urlToken });
  expect(status).toBe(200);
  expect(events[0]?.payload).toEqual(JSON.parse(JSON.stringify(body)));
});

test.each(['Publish', 'upload', 'constructor', '__proto__'])(
  'a trigger %s that echo3D has added arrives as unknown, whatever its fields',
  async (event) => {
    const body = { event, apiKey, anything: true };
    const { status, events } = await receiver().send({ body, token: urlToken });
    expect(status).toBe(200);
    expect(events).toMatchObject([{ type: 'unknown', name: event, payload: body }]);
  },
);

test.each([
  ['no event', { event: undefined }, 'event'],
  ['no id where there is always one', { event: 'Upload', entryIds: [] }, 'entryIds'],
  ['two ids where there is always one', { event: 'Processed', entryIds: ['a', 'b'] }, 'entryIds'],
  ['two ids in an edit', { event: 'Edit', entryIds: ['a', 'b'] }, 'entryIds'],
  ['nothing deleted', { event: 'Delete', entryIds: [] }, 'entryIds.0'],
  ['an empty id', { event: 'Upload', entryIds: [''] }, 'entryIds.0'],
  ['ids that are no text', { event: 'Delete', entryIds: [1] }, 'entryIds.0'],
  ['no ids at all', { event: 'AssetMetadataAdd', entryIds: undefined }, 'entryIds'],
  ['more keys than values', { event: 'AssetMetadataAdd', metadataKeys: ['a'] }, 'metadataValues'],
  ['more values than keys', { event: 'CollectionMetadataAdd', metadataValues: ['a'] }, 'metadataValues'],
  ['keys without values', { event: 'CollectionMetadataRemove', metadataValues: undefined }, 'metadataValues'],
])('%s is invalid, and the hint says where', async (_what, fields, path) => {
  const body = { ...upload, ...fields };
  const { status, result, hint } = await receiver().send({ body, token: urlToken });
  expect({ status, result }).toEqual({ status: 422, result: 'invalid-payload' });
  expect(hint).toContain(`${path}: `);
});

describe('proof', () => {
  const body = examplePayload('echo3d/Upload');

  test.each([
    ['the token in the path', { token: urlToken }, 200, 'handled'],
    ['the token in the query', { query: `token=${urlToken}` }, 200, 'handled'],
    ['the second token of a rotation', { token: 'url-token-0000' }, 200, 'handled'],
    ['another token in the path', { token: 'url-token-0002' }, 401, 'credential-invalid'],
    ['another token in the query', { query: 'token=url-token-0002' }, 401, 'credential-invalid'],
    ['an empty token', { query: 'token=' }, 401, 'credential-missing'],
    ['no token', {}, 401, 'credential-missing'],
    ['a token in both places', { token: urlToken, query: `token=${urlToken}` }, 401, 'credential-invalid'],
    ['the API key as token', { token: apiKey }, 401, 'credential-invalid'],
  ])('%s is answered as it should be', async (_what, place, status, result) => {
    const answer = await receiverOf(echo3d({ urlToken: [urlToken, 'url-token-0000'], apiKey })).send({
      body,
      ...place,
    });
    expect(answer).toMatchObject({ status, result });
  });

  test.each([
    ['another API key', { apiKey: 'bold-sky-1235' }, 'credential-invalid'],
    ['no API key', { apiKey: undefined }, 'credential-missing'],
    ['an empty API key', { apiKey: '' }, 'credential-missing'],
    ['a list as API key', { apiKey: [apiKey] }, 'credential-invalid'],
  ])('with the right token, %s is refused', async (_what, fields, result) => {
    const answer = await receiver().send({ body: { ...toObject(body), ...fields }, token: urlToken });
    expect(answer).toMatchObject({ status: 401, result });
  });

  test('on the API key alone, nothing is accepted unless the code says so', async () => {
    expect(await receiver().send({ body })).toMatchObject({ status: 401, result: 'credential-missing' });
    const unsafe = receiverOf(echo3d({ apiKey, unsafeApiKeyOnly: true }));
    expect(await unsafe.send({ body })).toMatchObject({ status: 200, result: 'handled' });
    expect(await unsafe.send({ body: { ...toObject(body), apiKey: 'other' } })).toMatchObject({
      status: 401,
      result: 'credential-invalid',
    });
    expect(await unsafe.send({ body, token: 'anything' })).toMatchObject({ status: 404 });
  });
});

describe('construction refuses', () => {
  test.each(uselessSecrets)('a URL token that is %s', (_what, secret, code) => {
    const thrown = thrownBy(() => untyped(echo3d, { urlToken: secret, apiKey }));
    expect(thrown.code).toBe(code);
    expect(thrown.message).toContain('echo3d: option "urlToken"');
    if (code !== 'option-invalid') expect(thrown.message).toContain('MEDIAHOOKS_ECHO3D_URL_TOKEN');
  });

  test.each(uselessSecrets)('an API key that is %s, with a token or without', (_what, secret, code) => {
    for (const options of [{ urlToken }, { unsafeApiKeyOnly: true }]) {
      const thrown = thrownBy(() => untyped(echo3d, { ...options, apiKey: secret }));
      expect(thrown.code).toBe(code);
      expect(thrown.message).toContain('echo3d: option "apiKey"');
      if (code !== 'option-invalid') expect(thrown.message).toContain('MEDIAHOOKS_ECHO3D_API_KEY');
    }
  });

  test.each([
    ['a token beside unsafeApiKeyOnly', { urlToken, apiKey, unsafeApiKeyOnly: true }, 'option-invalid', 'urlToken'],
    ['unsafeApiKeyOnly as text', { apiKey, unsafeApiKeyOnly: 'true' }, 'option-invalid', 'unsafeApiKeyOnly'],
    ['unsafeApiKeyOnly: false without a token', { apiKey, unsafeApiKeyOnly: false }, 'secret-missing', 'urlToken'],
    ['an unknown option', { urlToken, apikey: apiKey }, 'option-unknown', 'apikey'],
  ])('%s', (_what, options, code, named) => {
    const thrown = thrownBy(() => untyped(echo3d, options));
    expect(thrown.code).toBe(code);
    expect(thrown.message).toContain(`"${named}"`);
  });
});

test('neither token nor API key is logged, even where a handler quotes them', async () => {
  const failing = receiver();
  failing.failWith(new Error(`no collection ${apiKey} at ${urlToken}`));
  await failing.send({ body: examplePayload('echo3d/Upload'), token: urlToken });
  expect(failing.log.join()).toContain('no collection');
  expect(failing.log.join()).not.toContain(apiKey);
  expect(failing.log.join()).not.toContain(urlToken);
});

test('the API key is redacted wherever a payload is shown', () => {
  expect(redactPayload({ apiKey, nested: [{ apikey: apiKey }] }, echo3d({ urlToken, apiKey }).redact)).toEqual({
    apiKey: redacted,
    nested: [{ apikey: redacted }],
  });
});

const toObject = (body: unknown): object => (typeof body === 'object' && body !== null ? body : {});
