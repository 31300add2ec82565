import { createServer } from 'node:http';
import { createFetchHandler, createWebhooks, type Provider } from '@mediahooks/core';
import { echo3d, gcore, ignite, threeq, tpstreams } from '@mediahooks/providers';
import {
  createTestDelivery,
  deliver,
  deliverableTypes,
  editCredential,
  examplePayloads,
  flipByte,
  type TestDelivery,
  testCredentials,
} from '@mediahooks/testing';

/** A receiver on fetch, and what it answers. */
const receiverOf = (source: string, provider: Provider) => {
  const types: string[] = [];
  const webhooks = createWebhooks({ sources: { [source]: provider }, logger: false, trustProxy: 1 });
  webhooks.on('*', (event) => void types.push(event.type));
  const handle = createFetchHandler(webhooks, { address: () => '127.0.0.1' });
  return {
    types,
    async answer(delivery: TestDelivery): Promise<string> {
      const response = await handle(delivery.toRequest());
      const { code, outcome }: { readonly code?: string; readonly outcome?: string } = await response.json();
      return `${response.status} ${code ?? outcome}`;
    },
  };
};

const providers = {
  gcore: gcore(),
  ignite: ignite(testCredentials.ignite),
  tpstreams: tpstreams(testCredentials.tpstreams),
  echo3d: echo3d(testCredentials.echo3d),
  threeq: threeq(testCredentials.threeq),
};

describe('deliveries of every event type of every provider are handled as that type', () => {
  const now = Date.now();
  const all = {
    gcore: deliverableTypes.gcore.map((type) => deliver('gcore', type)),
    ignite: deliverableTypes.ignite.map((type) => deliver('ignite', type, { now })),
    tpstreams: deliverableTypes.tpstreams.map((type) => deliver('tpstreams', type)),
    echo3d: deliverableTypes.echo3d.map((type) => deliver('echo3d', type)),
    threeq: deliverableTypes.threeq.map((type) => deliver('threeq', type)),
  };

  test.each(Object.entries(providers))('%s', async (name, provider) => {
    const deliveries = Object.entries(all).find(([one]) => one === name)?.[1] ?? [];
    const { answer, types } = receiverOf(name === 'threeq' ? '3q' : name, provider);
    for (const delivery of deliveries)
      expect([delivery.type, await answer(delivery)]).toEqual([delivery.type, '200 handled']);
    expect(types).toEqual(deliveries.map(({ type }) => type));
    // why: a type that the provider gains must be deliverable too.
    expect(new Set(types)).toEqual(provider.types);
  });

  test('3q takes names that it does not publish', async () => {
    const { answer, types } = receiverOf('3q', providers.threeq);
    expect(await answer(deliver('threeq', 'livestream.started'))).toBe('200 handled');
    expect(types).toEqual(['livestream.started']);
  });
});

test('there are 27 example payloads, each under a name of its own', () => {
  const counted: Record<string, number> = {};
  for (const { provider } of examplePayloads) counted[provider] = (counted[provider] ?? 0) + 1;
  expect(counted).toEqual({ gcore: 15, ignite: 1, tpstreams: 1, echo3d: 9, threeq: 1 });
  expect(new Set(examplePayloads.map(({ provider, name }) => `${provider} ${name}`)).size).toBe(27);
});

describe('tampering', () => {
  const codes = {
    body: '401 credential-invalid',
    credential: '401 credential-invalid',
    'credential-missing': '401 credential-missing',
    'credential-empty': '401 credential-missing',
    'credential-doubled': '401 credential-invalid',
  } as const;

  test.each(Object.entries(codes))('%s is refused as %s', async (how, expected) => {
    const tamper = Object.keys(codes).find((one): one is keyof typeof codes => one === how);
    const { answer } = receiverOf('ignite', providers.ignite);
    expect(await answer(deliver('ignite', 'video.updated', { ...(tamper !== undefined && { tamper }) }))).toBe(
      expected,
    );
  });

  test.each(['query', 'path'] as const)(
    'takes the credential out of the %s, empties and doubles it',
    async (tokenIn) => {
      const { answer } = receiverOf('echo3d', providers.echo3d);
      const urlTokens = [deliver('echo3d', 'Upload', { tokenIn })];
      expect(await answer(deliver('echo3d', 'Upload', { tokenIn }))).toBe('200 handled');
      for (const [tamper, expected] of [
        ['credential', '401 credential-invalid'],
        ['credential-missing', '401 credential-missing'],
        ['credential-empty', '401 credential-missing'],
        ['credential-doubled', '401 credential-invalid'],
      ] as const) {
        expect([tamper, await answer(deliver('echo3d', 'Upload', { tokenIn, tamper }))]).toEqual([tamper, expected]);
      }
      expect(urlTokens[0]?.path).toBe(
        tokenIn === 'query' ? '/echo3d?token=echo3d-test-url-token-0001' : '/echo3d/echo3d-test-url-token-0001',
      );
    },
  );

  test('gives Gcore a foreign address, and refuses to do what has no meaning for an address', async () => {
    const { answer } = receiverOf('gcore', providers.gcore);
    expect(await answer(deliver('gcore', 'video.ready'))).toBe('200 handled');
    expect(await answer(deliver('gcore', 'video.ready', { tamper: 'credential' }))).toBe('403 address-not-allowed');
    expect(await answer(deliver('gcore', 'video.ready', { forwardedFor: false }))).toBe('403 address-not-allowed');
    expect(() => deliver('gcore', 'video.ready', { tamper: 'credential-empty' })).toThrow(RangeError);
  });

  test('flips the byte that is named, and no other', () => {
    const delivery = deliver('ignite', 'video.updated');
    const flipped = flipByte(delivery, 3);
    const changed = [...delivery.body.keys()].filter((index) => delivery.body[index] !== flipped.body[index]);
    expect(changed).toEqual([3]);
    expect(() => flipByte(delivery, 100_000)).toThrow(RangeError);
  });
});

describe('options', () => {
  test('a payload replaces the example, or is made of it; a body goes out to the byte', () => {
    const text = ({ body }: TestDelivery): string => new TextDecoder().decode(body);
    expect(text(deliver('gcore', 'video.ready', { payload: { a: 1 } }))).toBe('{"a":1}');
    expect(text(deliver('echo3d', 'Upload', { payload: (example) => [example, 2] }))).toMatch(/^\[\{.*\},2\]$/);
    expect(text(deliver('ignite', 'video.created', { body: '{ "id": 1.0 }\n' }))).toBe('{ "id": 1.0 }\n');
    expect([...deliver('ignite', 'video.created', { body: Uint8Array.of(0xff, 0) }).body]).toEqual([0xff, 0]);
  });

  test('a source names the path segment, and headers are added', () => {
    const delivery = deliver('ignite', 'video.created', { source: 'videos', headers: { 'X-Trace': '7' } });
    expect(delivery.path).toBe('/videos');
    expect(delivery.headers['x-trace']).toBe('7');
    expect(delivery.toRequest('https://example.com/hooks/').url).toBe('https://example.com/hooks/videos');
  });

  test('a delivery id and a moment are the ones given', () => {
    const { headers } = deliver('ignite', 'video.created', { now: 1_705_316_400_000, deliveryId: 'del_7' });
    expect(headers['x-webhook-delivery-id']).toBe('del_7');
    expect(headers['x-webhook-signature']).toMatch(/^t=1705316400000,v1=[0-9a-f]{64}$/);
  });
});

describe('without types, deliver refuses', () => {
  const all = 'gcore, ignite, tpstreams, echo3d, threeq';
  test.each([
    [['ignit', 'video.created'], 'option-invalid', `"ignit". Did you mean "ignite"? There are: ${all}.`],
    [['3q', 'file.new'], 'option-invalid', `"3q". There are: ${all}.`],
    [['toString', 'file.new'], 'option-invalid', `"toString". There are: ${all}.`],
    [[], 'option-invalid', `undefined. There are: ${all}.`],
    [
      ['ignite', 'video.updatd'],
      'event-unknown',
      '"video.updatd". Did you mean "video.updated"? There are: video.created',
    ],
    [['ignite', 'unknown'], 'event-unknown', 'There are: video.created, video.updated, video.deleted.'],
    [['echo3d', 'upload'], 'event-unknown', 'Did you mean "Upload"?'],
    [['gcore'], 'event-unknown', 'there is no type undefined.'],
    [['threeq'], 'event-unknown', 'There are: file.new.'],
    [['threeq', ''], 'event-unknown', 'There are: file.new.'],
    [
      ['ignite', 'video.created', { secrets: 'a' }],
      'option-unknown',
      'no option "secrets". Did you mean "secret"? Options are: source, payload, body, headers, tamper, secret, now, deliveryId.',
    ],
    [['tpstreams', 'video.completed', { secret: 'a' }], 'option-unknown', 'Options are: source, payload'],
    [['ignite', 'video.created', 'whsec_1'], 'option-invalid', 'expected an object of options'],
    [
      ['ignite', 'video.created', { tamper: 'boddy' }],
      'option-invalid',
      '"boddy". Did you mean "body"? There are: body',
    ],
    [['ignite', 'video.created', { payload: () => undefined }], 'option-invalid', 'option "payload"'],
  ])('%j as %s', (given, code, message) => {
    expect(() => Reflect.apply(deliver, undefined, given)).toThrow(
      expect.objectContaining({ name: 'ConfigurationError', code, message: expect.stringContaining(message) }),
    );
  });
});

describe('sendTo', () => {
  const received: { readonly url: string | undefined; readonly raw: readonly string[]; readonly body: string }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({ url: request.url, raw: request.rawHeaders, body: Buffer.concat(chunks).toString() });
      response.writeHead(request.url?.startsWith('/empty') ? 204 : 202, { 'x-answer': ['one', 'two'] });
      response.end(request.url?.startsWith('/empty') ? undefined : 'thanks');
    });
  });
  let port = 0;

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    port = address.port;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  test('sends path, query, headers and bytes as they are, and gives the answer', async () => {
    const delivery = deliver('threeq', 'file.new');
    const response = await delivery.sendTo(`http://127.0.0.1:${port}/webhooks/`);
    expect([response.status, await response.text(), response.headers.get('x-answer')]).toEqual([
      202,
      'thanks',
      'one, two',
    ]);
    expect(received.at(-1)).toMatchObject({
      url: '/webhooks/3q?ProjectId=105489&FileId=11778933&event=file.new',
      body: new TextDecoder().decode(delivery.body),
    });
  });

  test('sends a doubled header as two lines, which toRequest joins', async () => {
    const delivery = deliver('tpstreams', 'video.completed', { tamper: 'credential-doubled' });
    await delivery.sendTo(`http://127.0.0.1:${port}`);
    expect(received.at(-1)?.raw.filter((line) => line === 'x-streams-token')).toHaveLength(2);
    const { token } = testCredentials.tpstreams;
    expect(delivery.toRequest().headers.get('x-streams-token')).toBe(`${token}, ${token}`);
    expect(delivery.headers['x-streams-token']).toBe(`${token}, ${token}`);
  });

  test('gives an answer without a body', async () => {
    const response = await deliver('ignite', 'video.created', { source: 'empty' }).sendTo(`http://127.0.0.1:${port}`);
    expect([response.status, response.body]).toEqual([204, null]);
  });

  test('rejects where nobody listens, and where the signal aborts', async () => {
    const delivery = deliver('ignite', 'video.created');
    await expect(delivery.sendTo('http://127.0.0.1:1')).rejects.toThrow('ECONNREFUSED');
    await expect(
      delivery.sendTo(`http://127.0.0.1:${port}`, { signal: AbortSignal.abort(new Error('enough')) }),
    ).rejects.toThrow();
  });
});

test('deliveries of a platform of one own can be made and spoilt the same way', () => {
  const delivery = createTestDelivery({
    provider: 'mine',
    type: 'thing.made',
    source: 'mine',
    path: '/mine',
    headerLines: [['x-token', 'secret']],
    body: new TextEncoder().encode('{}'),
    credential: { in: 'header', name: 'x-token' },
  });
  expect(editCredential(delivery, (value) => [value, 'other']).headerLines).toEqual([
    ['x-token', 'secret'],
    ['x-token', 'other'],
  ]);
});
