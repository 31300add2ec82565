import { createHmac } from 'node:crypto';
import { createFetchHandler, createWebhooks, defineProvider, hmac, type Rejection } from '@mediahooks/core';
import * as z from 'zod';
import { standingClock } from '../standing-clock.ts';

const secret = 'signed-headers-0001';
const body = '{"id":1}';
const at = 1_705_316_400;

const sign = (content: string): string => createHmac('sha256', secret).update(content).digest('hex');

/** What the operator is told of a delivery with these headers; nothing where it is accepted. */
const refusal = async (headers: Readonly<Record<string, string>>): Promise<Rejection | undefined> => {
  const rejections: Rejection[] = [];
  const platform = defineProvider({
    name: 'platform',
    guards: [
      hmac({
        secret,
        header: 'x-signature',
        timestampHeader: 'x-sent-at',
        timestampUnit: 's',
        signed: '{header:X-Id}.{header:x-topic}.{timestamp}.{body}',
      }),
    ],
    schema: z.unknown(),
    types: ['thing'],
    events: (payload) => [{ type: 'thing', payload }],
  });
  const webhooks = createWebhooks({
    sources: { platform },
    logger: false,
    clock: standingClock(at * 1000),
    observe: { rejected: (_delivery, rejection) => void rejections.push(rejection) },
  });
  await createFetchHandler(webhooks)(
    new Request('http://127.0.0.1/webhooks/platform', { method: 'POST', headers, body }),
  );
  return rejections[0];
};

const genuine = {
  'x-signature': sign(`msg_1.videos.${at}.${body}`),
  'x-sent-at': String(at),
  'x-id': 'msg_1',
  'x-topic': 'videos',
};

test('accepts it with all that is signed', async () => {
  expect(await refusal(genuine)).toBeUndefined();
});

test.each([
  ['the one', { 'x-id': '' }, 'the header x-id, which is signed, is missing or empty'],
  ['the other', { 'x-topic': '' }, 'the header x-topic, which is signed, is missing or empty'],
  ['both', { 'x-id': '', 'x-topic': '' }, 'the headers x-id and x-topic, which are signed, are missing or empty'],
])('names the signed header that is missing or empty: %s', async (_which, emptied, said) => {
  const left = Object.fromEntries(Object.entries(genuine).filter(([name]) => !Object.hasOwn(emptied, name)));
  for (const headers of [left, { ...genuine, ...emptied }]) {
    expect(await refusal(headers)).toMatchObject({
      code: 'credential-invalid',
      cause: 'signed-header-missing',
      hint: expect.stringContaining(said),
    });
  }
});

test('says nothing of it where they are there and something else is wrong', async () => {
  const refused = await refusal({ ...genuine, 'x-id': 'msg_2' });
  expect(refused).toMatchObject({ code: 'credential-invalid', hint: expect.stringContaining('does not match') });
  expect(refused?.cause).toBeUndefined();
});

test('says what is signed where it is found out that the header is not', async () => {
  const { 'x-id': _, ...without } = { ...genuine, 'x-signature': sign(`${at}.${body}`) };
  expect(await refusal(without)).toMatchObject({ cause: 'signed-content' });
});

test.each([
  ['missing', []],
  ['empty', [['x-sent-at', '']]],
])('names the header of the timestamp where that is %s', async (_how, added) => {
  const { 'x-sent-at': _, ...without } = genuine;
  expect(await refusal({ ...without, ...Object.fromEntries(added) })).toMatchObject({
    code: 'credential-missing',
    hint: 'The header x-sent-at, which has the timestamp of the signature, is missing or empty.',
  });
});
