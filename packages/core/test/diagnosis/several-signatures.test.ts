import { createWebhooks, defineProvider, headersFromRaw, hmac, type Rejection } from '@mediahooks/core';
import { z } from 'zod';
import { incoming } from '../platform.ts';
import {
  at,
  listed,
  other as retired,
  secret,
  signatureOf,
  stranger as strangersKey,
  v1a,
} from '../several-signatures.ts';
import { standingClock } from '../standing-clock.ts';

const body = '{"id":"a"}';

const sign = (key: string, content = `${at}.${body}`): string => `v1,${signatureOf(key, content, 'base64')}`;
const stranger = sign(strangersKey);

const explain = async (
  value: string,
  { sent = body, options = listed, header = 'x-signature', time = at } = {},
): Promise<Rejection | undefined> => {
  const platform = defineProvider({
    name: 'platform',
    guards: [hmac(options)],
    schema: z.unknown(),
    types: ['thing'],
    events: (payload) => [{ type: 'thing', payload }],
  });
  const webhooks = createWebhooks({
    sources: { platform },
    retiredSecrets: retired,
    logger: false,
    clock: standingClock(at * 1000),
  });
  const headers = headersFromRaw([header, value, 'x-time', String(time)]);
  const explanation = await webhooks.explain(incoming({ body: sent }, { headers }));
  return explanation.accepted ? undefined : explanation.rejection;
};

test('accepts a delivery of which one signature matches', async () => {
  expect(await explain(`${stranger} ${sign(secret)}`)).toBeUndefined();
});

test.each([
  ['a body that was written anew', `${stranger} ${sign(secret, `${at}.${body}`)}`, 'body-reserialised', '{"id": "a"}'],
  ['a line break that was added', `${stranger} ${sign(secret)}`, 'body-altered', `${body}\n`],
  ['a secret that was retired', `${stranger} ${sign(retired)}`, 'secret-previous', body],
  ['another content', `${stranger} ${sign(secret, body)}`, 'signed-content', body],
  ['the secret itself among them', `${stranger} v1,${secret}`, 'secret-sent', body],
  ['two headers that were joined', `${stranger} ${sign(secret)}, ${stranger} ${sign(secret)}`, 'header-doubled', body],
])('finds %s whichever of the signatures shows it', async (_what, value, cause, sent) => {
  expect(await explain(value, { sent })).toMatchObject({ code: 'credential-invalid', cause });
});

test('says "a signature" where there are several', async () => {
  expect((await explain(`${stranger} ${sign(secret)}`, { sent: `${body}\n` }))?.hint).toMatch(
    /^A signature in x-signature matches for another body/,
  );
  expect((await explain(sign(secret), { sent: `${body}\n` }))?.hint).toMatch(
    /^The signature in x-signature matches for another body/,
  );
});

test('finds a clock that is off, and a header that was renamed', async () => {
  const value = (time: number): string => `${stranger} ${sign(secret, `${time}.${body}`)}`;
  expect(await explain(value(at - 7200), { time: at - 7200 })).toMatchObject({ cause: 'clock-off' });
  expect(await explain(value(at), { header: 'x-original-signature' })).toMatchObject({ cause: 'header-renamed' });
});

test('names the option where several come and one is expected', async () => {
  const { separator: _, ...single } = listed;
  expect(await explain(`${stranger} ${sign(secret)}`, { options: single })).toMatchObject({
    cause: 'signature-prefix',
    hint: expect.stringContaining('"separator"'),
  });
});

test('blames nobody where the signature that matches stands beside something else', async () => {
  expect(await explain(`${sign(secret)} v1,AAAA`)).toMatchObject({
    cause: 'signature-prefix',
    hint: expect.stringContaining('something else beside it'),
  });
});

test('takes a signature of another version for no other algorithm', async () => {
  const refused = await explain(v1a);
  expect(refused).toMatchObject({
    code: 'credential-invalid',
    hint: expect.stringContaining('is not of the form v1,'),
  });
  expect(refused?.cause).toBeUndefined();
});

test('says of too many that they are, whatever they are', async () => {
  const refused = await explain(`${`${stranger} `.repeat(10)}${sign(secret)}`);
  expect(refused?.hint).toContain('more than 10 signatures');
  expect(refused?.cause).toBeUndefined();
});
