import { execFileSync } from 'node:child_process';
import {
  createWebhooks,
  defineProvider,
  type HmacOptions,
  hmac,
  type InspectedDelivery,
  incomingFromRequest,
  type Receiver,
  type Sources,
} from '@mediahooks/core';
import { sqliteInbox } from '@mediahooks/inbox-sqlite';
import { echo3d, gcore, ignite, threeq, tpstreams } from '@mediahooks/providers';
import { deliver, type TestDelivery, testCredentials } from '@mediahooks/testing';
import { z } from 'zod';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

const all = (): Sources => ({
  gcore: gcore(),
  ignite: ignite(testCredentials.ignite),
  tpstreams: tpstreams(testCredentials.tpstreams),
  echo3d: echo3d(testCredentials.echo3d),
  '3q': threeq({ secret: testCredentials.threeq.secret }),
});

const inbox = () => sqliteInbox({ path: ':memory:' });

const receiverOf = (sources: Sources, kept = inbox()): Receiver => {
  const webhooks = createWebhooks({ sources, inbox: kept, logger: false });
  stops.push(() => webhooks.stop({ timeoutMs: 0 }));
  return webhooks;
};

const receive = async (webhooks: Receiver, delivery: TestDelivery): Promise<string> => {
  const [path = '', query = ''] = delivery.path.split('?');
  const incoming = incomingFromRequest(delivery.toRequest(), path, query);
  const address = delivery.address ?? '203.0.113.7';
  const { deliveryId } = await webhooks.receive({ ...incoming, socketAddress: address, hasSocket: true });
  return deliveryId;
};

/** Everything an inspection holds, as text, in every form a reader could see it in. */
const textOf = (inspected: InspectedDelivery | undefined): string =>
  `${JSON.stringify(inspected)}\n${inspected?.curl}\n${new TextDecoder().decode(inspected?.body)}`;

const fieldSecret = 'field-secret-value-0001';
const secrets = [
  testCredentials.ignite.secret,
  testCredentials.tpstreams.token,
  testCredentials.echo3d.urlToken,
  testCredentials.echo3d.apiKey,
  testCredentials.threeq.secret.value,
  fieldSecret,
  'cookie-value-0001',
  'bearer-value-0001',
];

const withFields = (fields: object) => (example: unknown) =>
  // The fields of a provider, hidden wherever they stand, and their value in a text beside them.
  JSON.parse(
    JSON.stringify(
      Array.isArray(example)
        ? example.map((one) => ({ ...one, note: `see ${fieldSecret}`, ...fields }))
        : { ...Object(example), note: `see ${fieldSecret}`, ...fields },
    ),
  );

const more = { headers: { authorization: 'Bearer bearer-value-0001', cookie: 'sid=cookie-value-0001' } };

const deliveries: readonly (readonly [string, TestDelivery])[] = [
  ['gcore', deliver('gcore', 'stream.started', { ...more, payload: withFields({ uri: fieldSecret }) })],
  ['ignite', deliver('ignite', 'video.created', { ...more, payload: withFields({ signingSecret: fieldSecret }) })],
  [
    'tpstreams',
    deliver('tpstreams', 'livestream.streaming', { ...more, payload: withFields({ stream_key: fieldSecret }) }),
  ],
  [
    'echo3d',
    deliver('echo3d', 'Upload', { ...more, payload: withFields({ apiKey: testCredentials.echo3d.apiKey, note: '' }) }),
  ],
  ['threeq', deliver('threeq', 'file.new', more)],
];

describe.each(deliveries)('a delivery from %s', (_name, delivery) => {
  test('is shown without any secret', async () => {
    const webhooks = receiverOf(all());
    const inspected = await webhooks.inspect(await receive(webhooks, delivery));
    expect(inspected?.outcome).toBe('stored');
    for (const secret of secrets) expect(textOf(inspected)).not.toContain(secret);
    expect(new TextDecoder().decode(inspected?.body).length).toBeGreaterThan(20);
    for (const event of inspected?.events ?? []) {
      if (event.subject === undefined) continue;
      const { events } = await webhooks.inspectEvents(event.subject, { limit: 10 });
      expect(events).toHaveLength(1);
      for (const secret of secrets) expect(JSON.stringify(events)).not.toContain(secret);
    }
  });

  test('is shown without any secret once its source is no longer configured', async () => {
    const kept = inbox();
    const id = await receive(receiverOf(all(), kept), delivery);
    const others = createWebhooks({
      sources: { other: ignite({ secret: 'another-secret-0009' }) },
      inbox: kept,
      logger: false,
    });
    const inspected = await others.inspect(id);
    expect(inspected).toMatchObject({ isConfigured: false, body: undefined });
    for (const secret of secrets) expect(textOf(inspected)).not.toContain(secret);
    expect(new Map(inspected?.headers).get('content-type')).toBe('application/json');
  });

  test('shows payload and body as they came when they are revealed, and still no credential of its headers and URL', async () => {
    const webhooks = receiverOf(all());
    const inspected = await webhooks.inspect(await receive(webhooks, delivery), { reveal: true });
    expect(inspected?.body).toEqual(delivery.body);
    expect(inspected?.payload).toEqual(JSON.parse(new TextDecoder().decode(delivery.body)));
    const { headers, path, query } = inspected ?? {};
    for (const secret of secrets) expect(JSON.stringify({ headers, path, query })).not.toContain(secret);
  });
});

describe('a body that is no JSON', () => {
  test.each([
    ['cut in the middle of a secret', `{"apiKey":"${fieldSecret.slice(0, 18)}`, fieldSecret.slice(0, 18)],
    ['of a form', `a=1&apiKey=${fieldSecret}&b=2`, fieldSecret],
    ['of a form with an encoded name', `a=1&%61pi%4Bey=${fieldSecret}&b=2`, fieldSecret],
    ['of a form with spaces about a name', `a=1&+apiKey%20=${fieldSecret}&b=2`, fieldSecret],
    ['of a form with a name in another', `video[apiKey]=${fieldSecret}`, fieldSecret],
    ['of a form with an encoded name in another', `video%5BapiKey%5D=${fieldSecret}`, fieldSecret],
    ['of a form with an address in it', `next=https://a.test/?apiKey=${fieldSecret}`, fieldSecret],
    ['of a form with a value in two encodings', `%61piKey=field%2Dsecret&why=field-secret`, 'field-secret'],
    ['with escapes in a name', `{"api\\u004bey": "${fieldSecret}", `, fieldSecret],
    ['with a configured secret in escapes', `{"a":"\\u0062old-sky-1234" `, '\\u0062old-sky-1234'],
    ['that is not UTF-8', Buffer.concat([Buffer.from(`{"apiKey":"${fieldSecret}"}`), Buffer.of(0xff)]), fieldSecret],
  ])('%s is masked all the same', async (_title, body, secret) => {
    const kept = inbox();
    const webhooks = receiverOf(all(), kept);
    const { delivery } = await storedWith(kept, body);
    const inspected = await webhooks.inspect(delivery);
    expect(inspected?.outcome).toBe('quarantined');
    expect(textOf(inspected)).not.toContain(secret);
    expect(textOf(await webhooks.inspect(delivery, { reveal: true }))).toContain(secret.slice(0, 8));
  });

  test('of a form keeps what is beside the values', async () => {
    const kept = inbox();
    const { delivery } = await storedWith(kept, `a=%zz&%61piKey=${fieldSecret}==&key=1;apiKeys=2&=3&apiKey=`);
    expect(new TextDecoder().decode((await receiverOf(all(), kept).inspect(delivery))?.body)).toBe(
      'a=%zz&%61piKey=[redacted]&key=1;apiKeys=2&=3&apiKey=[redacted]',
    );
  });

  test('keeps every byte that is not secret', async () => {
    const kept = inbox();
    const webhooks = receiverOf(all(), kept);
    const { delivery } = await storedWith(
      kept,
      ' {"n": 1.50e3,\t"ü":"\\u00fc", "apiKey" : {"deep":["x"]}, "apiKey":12345}\r\n',
    );
    expect(new TextDecoder().decode((await webhooks.inspect(delivery))?.body)).toBe(
      ' {"n": 1.50e3,\t"ü":"\\u00fc", "apiKey" : {"deep":["[redacted]"]}, "apiKey":"[redacted]"}\r\n',
    );
  });
});

const storedWith = async (
  kept: ReturnType<typeof inbox>,
  body: string | Uint8Array,
  headers: [string, string][] = [],
  query = "a=%27b&name='$(x)",
) => {
  await kept.keep(
    {
      id: 'one',
      source: 'echo3d',
      receivedAt: 1_700_000_000_000,
      address: undefined,
      pathToken: undefined,
      query,
      headers,
      body: typeof body === 'string' ? new TextEncoder().encode(body) : new Uint8Array(body),
    },
    'quarantined',
    { code: 'malformed-body', hint: 'The body is not JSON.' },
  );
  return { delivery: 'one' };
};

test('a parameter of the URL is masked by what its name says, and by what the provider redacts', async () => {
  const kept = inbox();
  const own = defineProvider({
    name: 'own',
    guards: [],
    schema: z.unknown(),
    types: ['thing.done'],
    events: () => [],
    redact: ['pin'],
    options: { unsafeWithoutVerification: true },
  });
  const webhooks = receiverOf({ echo3d: own }, kept);
  const query = 'p%69n=first-0001&+Pin=second-0002&tok%65n=third-0003&x%5Bpin%5D=fourth-0004&a=%27b';
  const { delivery } = await storedWith(kept, '{}', [], query);
  const inspected = await webhooks.inspect(delivery);
  expect(inspected?.query).toBe('pin=[redacted]&%20Pin=[redacted]&token=[redacted]&x%5Bpin%5D=[redacted]&a=%27b');
  expect(textOf(inspected)).not.toMatch(/-000\d/);
});

describe('a timestamp beside a signature', () => {
  const at = '1700000000000';
  const platform = (places: Omit<HmacOptions, 'secret' | 'timestampUnit'>): Sources => ({
    own: defineProvider({
      name: 'own',
      guards: [hmac({ secret: 'own-secret-0001', timestampUnit: 'ms', ...places })],
      schema: z.unknown(),
      types: ['thing.done'],
      events: (payload) => [{ type: 'thing.done', payload }],
    }),
  });
  const inField = platform({ header: 'x-signature', fields: { timestamp: 't', signature: 'v1' } });
  const inHeader = platform({ header: 'x-signature', timestampHeader: 'X-Signature-Timestamp' });
  const shown = async (sources: Sources, headers: readonly (readonly [string, string])[]) => {
    const kept = inbox();
    const webhooks = receiverOf(sources, kept);
    const body = new TextEncoder().encode(`{"at":${at},"seen":"del_${at}"}`);
    const delivery = { receivedAt: 0, address: undefined, pathToken: undefined, query: `at=${at}`, body };
    await kept.keep({ id: 'one', source: 'own', headers, ...delivery }, 'rejected', {
      code: 'credential-expired',
      hint: `The timestamp ${at} is too old.`,
    });
    const inspected = await webhooks.inspect('one');
    return { ...inspected, headers: Object.fromEntries(inspected?.headers ?? []), all: textOf(inspected) };
  };

  test.each([
    ['in a field', inField, [['x-signature', `t=${at},v1=abcdef0123`]]],
    ['in a field, with spaces and a second field', inField, [['x-signature', `v1=abcdef0123, t = ${at} , t=${at}`]]],
    [
      'in a header of its own',
      inHeader,
      [
        ['x-signature', 'abcdef0123'],
        ['x-signature-timestamp', at],
      ],
    ],
  ] as const)(
    '%s is no secret: what it is part of is shown whole, and the signature is not',
    async (_title, sources, headers) => {
      const { all, curl, payload, query, rejection, ...found } = await shown(sources, [
        ...headers,
        ['x-delivery-id', `del_${at}`],
        ['x-copy', 'of abcdef0123'],
      ]);
      expect(found.headers).toMatchObject({
        'x-signature': '[redacted]',
        'x-delivery-id': `del_${at}`,
        'x-copy': 'of [redacted]',
      });
      expect(found.headers['x-signature-timestamp']).toBe(sources === inHeader ? at : undefined);
      expect([payload, query, rejection?.hint]).toEqual([
        { at: Number(at), seen: `del_${at}` },
        `at=${at}`,
        `The timestamp ${at} is too old.`,
      ]);
      expect(curl).toContain(`x-delivery-id: del_${at}`);
      expect(all).not.toContain('abcdef0123');
    },
  );

  test.each([
    ['another field of digits', inField, [['x-signature', `t=1,v1=${at}`]]],
    ['a signature that is the same digits', inField, [['x-signature', `t=${at},v1=${at}`]]],
    ['what is no time in the place of one', inField, [['x-signature', 't=own-guess-0001,v1=ab']]],
    ['what is no time in the header of one', inHeader, [['x-signature-timestamp', 'own-guess-0001']]],
    ['a field called like one in another header', inField, [['x-api-key', `t=${at}`]]],
  ] as const)('%s is one still', async (_title, sources, headers) => {
    const { all } = await shown(sources, [...headers, ['x-copy', `of ${at} and own-guess-0001`]]);
    expect(all).not.toContain(headers[0][1].includes(at) ? at : 'own-guess-0001');
  });
});

describe('the curl command', () => {
  /** Runs it in a real shell, with a function in the place of curl that says what it was given. */
  const run = (command: string): { args: string[]; input: string } => {
    const shell = `curl() { printf '%s\\0' "$@"; printf '\\1'; case "$*" in *@-*) cat;; esac; }\n${command}\n`;
    const said = execFileSync('/bin/sh', ['-s'], { input: shell }).toString('latin1');
    const [given = '', input = ''] = said.split('\u0001');
    return { args: given.split('\0').slice(0, -1), input };
  };

  test.each([
    ['quotes and dollars', `it's "$(touch x)" \`id\` \\ !x %s`],
    ['the name of a file', '@/etc/passwd'],
    ['more lines', 'one\n\ttwo\n'],
  ])('gives a body with %s to curl as it is', async (_title, body) => {
    const kept = inbox();
    const webhooks = receiverOf(all(), kept);
    const headers: [string, string][] = [
      ['content-type', "text/plain'; rm -rf /"],
      ['x-empty', ''],
      ['host', 'example.com'],
      ['authorization', 'Bearer bearer-value-0001'],
    ];
    await storedWith(kept, body, headers);
    const { args } = run((await webhooks.inspect('one', { receiver: 'https://example.com/hooks/' }))?.curl ?? '');
    expect(args).toEqual([
      '--globoff',
      '--request',
      'POST',
      "https://example.com/hooks/echo3d?a=%27b&name='$(x)",
      '--header',
      "content-type: text/plain'; rm -rf /",
      '--header',
      'x-empty;',
      '--data-raw',
      body,
    ]);
  });

  test.each([
    ['bytes that are no text', Buffer.of(0xff, 0x00, 0x27, 0x0a)],
    ['control characters', Buffer.from('a\u001b[2Jb\rc\u0003')],
    ['marks that turn the direction of writing', Buffer.from('a\u202eb')],
    ['200 KB', Buffer.from('x'.repeat(200_000))],
  ])('gives a body with %s to curl through base64', async (_title, body) => {
    const kept = inbox();
    const webhooks = receiverOf(all(), kept);
    await storedWith(kept, body);
    const command = (await webhooks.inspect('one', { reveal: true }))?.curl ?? '';
    expect(command).toMatch(/^[ -~\n]*$/);
    const { args, input } = run(command);
    expect(args.at(-1)).toBe('@-');
    expect(Buffer.from(input, 'latin1')).toEqual(body);
  });
});

test('nothing can be inspected without an inbox, and nothing that is not there', async () => {
  const bare = createWebhooks({ sources: all(), logger: false });
  await expect(bare.inspect('x')).rejects.toMatchObject({ code: 'inbox-missing' });
  await expect(bare.inspectEvents('x', { limit: 1 })).rejects.toMatchObject({ code: 'inbox-missing' });
  expect(await receiverOf(all()).inspect('nobody')).toBeUndefined();
});
