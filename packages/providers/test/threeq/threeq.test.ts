import { threeq, threeqQuery } from '@mediahooks/providers';
import { thrownBy, untyped, uselessSecrets } from '../misconfiguration.ts';
import { examplePayload } from '../payload.ts';
import { receiverOf } from '../receiver.ts';
import { startKeySetServer } from './key-set-server.ts';
import { createSigningKey } from './signing-key.ts';

const value = 'threeq-secret-0001';
const secret = { in: 'header', name: 'X-3q-Secret', value } as const;
const headers = { 'x-3q-secret': value };
const receiver = () => receiverOf(threeq({ secret }));
const cognito = { userPoolId: 'eu-central-1_AbCdEfGhI', clientId: 'client-0001' };
const file = { Id: 11778953, LastUpdateAt: '2025-07-28T12:25:49+00:00' };

test("the page's example is file.new, about its file", async () => {
  const body = examplePayload('threeq/file.new');
  const query = 'ProjectId=105489&FileId=11778933&event=file.new';
  const { status, events } = await receiver().send({ body, headers, query });
  expect(status).toBe(200);
  expect(events).toMatchObject([{ type: 'file.new', name: 'file.new', subject: 'file:11778953' }]);
  expect(events.map(({ payload }) => payload)).toEqual(body);
  expect(threeqQuery(events[0]?.delivery.query ?? new URLSearchParams())).toEqual({
    projectId: 105489,
    fileId: 11778933,
    event: 'file.new',
  });
});

test('a delivery of several events gives all of them, in order', async () => {
  const body = [
    { Event: 'file.new', ProjectId: 1, File: file },
    { Event: 'file.processed', ProjectId: 1, File: { ...file, Id: 2 } },
    { Event: 'livestream.started', ProjectId: 1 },
  ];
  const { status, events } = await receiver().send({ body, headers });
  expect(status).toBe(200);
  expect(events).toMatchObject([
    { type: 'file.new', subject: 'file:11778953', payload: body[0] },
    { type: 'file.processed', subject: 'file:2', payload: body[1] },
    { type: 'livestream.started', payload: body[2] },
  ]);
  expect(events[2]).not.toHaveProperty('subject');
});

test.each([
  ['File', null],
  ['File', { Name: 'no id' }],
  ['File', 'text'],
  ['ProjectId', 'text'],
])('an event that 3Q does not describe keeps its own name, even where its %s is %j', async (field, content) => {
  const body = [{ Event: 'something.else', [field]: content }];
  const { status, events } = await receiver().send({ body, headers });
  expect(status).toBe(200);
  expect(events).toMatchObject([{ type: 'something.else', payload: body[0] }]);
});

test('an event that is older by LastUpdateAt is not stale: no version is published', async () => {
  const open = receiver();
  const event = (LastUpdateAt: string) => [{ Event: 'file.new', ProjectId: 1, File: { ...file, LastUpdateAt } }];
  expect(await open.send({ body: event('2025-07-28T12:25:49+00:00'), headers })).toMatchObject({ result: 'handled' });
  const { events, result } = await open.send({ body: event('2025-07-28T12:25:48+00:00'), headers });
  expect(result).toBe('handled');
  expect(events[0]).not.toHaveProperty('version');
});

test.each([
  ['an object', { Event: 'file.new' }, 'payload'],
  ['an empty list', [], '0'],
  ['an event without name', [{ ProjectId: 1, File: file }], '0.Event'],
  ['an empty name', [{ Event: '' }], '0.Event'],
  ['a new file without file', [{ Event: 'file.new', ProjectId: 1 }], '0.File'],
  ['a new file without id', [{ Event: 'file.new', ProjectId: 1, File: {} }], '0.File.Id'],
  ['a new file without project', [{ Event: 'file.new', File: file }], '0.ProjectId'],
  ['a second event that is none', [{ Event: 'other' }, null], '1'],
])('%s is invalid, and the hint says where', async (_what, body, path) => {
  const { status, result, hint } = await receiver().send({ body, headers });
  expect({ status, result }).toEqual({ status: 422, result: 'invalid-payload' });
  expect(hint).toContain(`${path}: `);
});

describe('a secret', () => {
  const body = examplePayload('threeq/file.new');
  const inQuery = { in: 'query', name: 'secret', value: ['threeq-secret-0000', value] } as const;

  test.each([
    ['right', headers, 200, 'handled'],
    ['wrong', { 'x-3q-secret': 'other' }, 401, 'credential-invalid'],
    ['empty', { 'x-3q-secret': '' }, 401, 'credential-missing'],
    ['missing', {}, 401, 'credential-missing'],
  ])('in a header that is %s is answered as it should be', async (_what, given, status, result) => {
    expect(await receiver().send({ body, headers: given })).toMatchObject({ status, result });
  });

  test.each([
    ['right', `secret=${value}`, 200, 'handled'],
    ['the second of a rotation', 'secret=threeq-secret-0000', 200, 'handled'],
    ['wrong', 'secret=other', 401, 'credential-invalid'],
    ['doubled', `secret=${value}&secret=${value}`, 401, 'credential-invalid'],
    ['missing', 'ProjectId=1', 401, 'credential-missing'],
  ])('in the query that is %s is answered as it should be', async (_what, query, status, result) => {
    const answer = await receiverOf(threeq({ secret: inQuery })).send({ body, query });
    expect(answer).toMatchObject({ status, result });
    for (const { delivery } of answer.events) expect(delivery.query.has('secret')).toBe(false);
  });

  test('in the query is not taken from the path', async () => {
    const answer = await receiverOf(threeq({ secret: inQuery })).send({ body, token: value });
    expect(answer).toMatchObject({ status: 404 });
  });

  test('beside a token: both must be right', async () => {
    const key = createSigningKey('key-1');
    const server = await startKeySetServer(key);
    try {
      const issuer = 'https://issuer.example';
      const both = receiverOf(threeq({ secret, cognito: { ...cognito, issuer, jwksUri: server.jwksUri } }));
      const exp = both.now / 1000 + 60;
      const authorization = `Bearer ${key.sign({ iss: issuer, token_use: 'access', client_id: 'client-0001', exp })}`;
      const noToken = { status: 401, result: 'credential-missing' };
      expect(await both.send({ body, headers: { authorization, ...headers } })).toMatchObject({ status: 200 });
      expect(await both.send({ body, headers: { authorization } })).toMatchObject(noToken);
      expect(await both.send({ body, headers })).toMatchObject(noToken);
    } finally {
      await server.stop();
    }
  });

  test('is not logged, even where a handler quotes it', async () => {
    const failing = receiver();
    failing.failWith(new Error(`sent with ${value}`));
    await failing.send({ body, headers });
    expect(failing.log.join()).toContain('sent with');
    expect(failing.log.join()).not.toContain(value);
  });
});

describe('construction refuses', () => {
  test.each(uselessSecrets)('a secret that is %s', (_what, useless, code) => {
    const thrown = thrownBy(() => untyped(threeq, { secret: { ...secret, value: useless } }));
    expect(thrown.code).toBe(code);
    expect(thrown.message).toContain('threeq: option "secret.value"');
    if (code !== 'option-invalid') expect(thrown.message).toContain('MEDIAHOOKS_3Q_SECRET');
  });

  test.each(uselessSecrets)('a client that is %s', (_what, useless, code) => {
    const thrown = thrownBy(() => untyped(threeq, { cognito: { ...cognito, clientId: useless } }));
    expect(thrown.code).toBe(code);
    expect(thrown.message).toContain('threeq: option "cognito.clientId"');
    if (code !== 'option-invalid') expect(thrown.message).toContain('MEDIAHOOKS_3Q_COGNITO_CLIENT_ID');
  });

  test.each([
    ['neither of both', {}, 'guard-missing', 'MEDIAHOOKS_3Q_COGNITO_USER_POOL_ID'],
    ['a pool that is missing', { cognito: { clientId: 'c' } }, 'secret-missing', 'MEDIAHOOKS_3Q_COGNITO_USER_POOL_ID'],
    ['a pool that is blank', { cognito: { ...cognito, userPoolId: ' ' } }, 'secret-empty', '"cognito.userPoolId"'],
    ['a pool that is none', { cognito: { ...cognito, userPoolId: 'local_abc' } }, 'option-invalid', 'local_abc'],
    [
      'a kind of token that is none',
      { cognito: { ...cognito, tokenUse: 'both' } },
      'option-invalid',
      '"cognito.tokenUse"',
    ],
    ['a header that is none', { cognito: { ...cognito, header: 'a b' } }, 'option-invalid', '"cognito.header"'],
    ['a scheme that is none', { cognito: { ...cognito, scheme: 7 } }, 'option-invalid', '"cognito.scheme"'],
    [
      'keys over plain HTTP',
      { cognito: { ...cognito, jwksUri: 'http://example.com/k' } },
      'option-invalid',
      '"cognito.jwksUri"',
    ],
    ['keys at no address', { cognito: { ...cognito, jwksUri: 'keys' } }, 'option-invalid', '"cognito.jwksUri"'],
    [
      'an issuer that has no keys',
      { cognito: { ...cognito, issuer: 'http://example.com' } },
      'option-invalid',
      '"cognito.issuer"',
    ],
    [
      'a blank issuer',
      { cognito: { ...cognito, issuer: ' ', jwksUri: 'https://keys.example' } },
      'option-invalid',
      '"cognito.issuer"',
    ],
    ['an unknown option of the pool', { cognito: { ...cognito, audience: 'a' } }, 'option-unknown', '"audience"'],
    ['an unknown option of the secret', { secret: { ...secret, header: 'a' } }, 'option-unknown', '"header"'],
    ['an unknown option', { token: 'a' }, 'option-unknown', '"token"'],
    ['a place that is none', { secret: { ...secret, in: 'body' } }, 'option-invalid', 'MEDIAHOOKS_3Q_SECRET_IN'],
    ['no name of a header', { secret: { ...secret, name: undefined } }, 'option-invalid', 'MEDIAHOOKS_3Q_SECRET_NAME'],
    ['a name that is none', { secret: { ...secret, name: 'a b' } }, 'option-invalid', '"secret.name"'],
    [
      "a parameter of 3Q's own",
      { secret: { ...secret, in: 'query', name: 'FileId' } },
      'option-invalid',
      '"secret.name"',
    ],
    [
      'one header for both',
      { cognito, secret: { ...secret, name: 'Authorization' } },
      'option-invalid',
      'authorization',
    ],
  ])('%s', (_what, options, code, named) => {
    const thrown = thrownBy(() => untyped(threeq, options));
    expect(thrown.code).toBe(code);
    expect(thrown.message).toContain('threeq');
    expect(thrown.message).toContain(named);
  });
});

test('without any proof, it is constructed only where the code says so', () => {
  expect(threeq({ unsafeWithoutVerification: true }).guards).toEqual([]);
});

test.each([
  ['ProjectId=1&FileId=2&event=file.new', { projectId: 1, fileId: 2, event: 'file.new' }],
  ['', {}],
  ['ProjectId=&FileId=x&event=', {}],
  ['ProjectId=-1&FileId=99999999999999999999', {}],
  ['FileId=2&FileId=3', { fileId: 2 }],
])('threeqQuery reads "%s"', (query, expected) => {
  expect(threeqQuery(new URLSearchParams(query))).toEqual(expected);
});
