import { createWebhooks, defineProvider, type Rejection, urlToken } from '@mediahooks/core';
import * as z from 'zod';
import { incoming } from '../platform.ts';

/** What the operator is told of a request with this query. */
const told = async (query: string): Promise<Rejection | undefined> => {
  const webhooks = createWebhooks({
    sources: {
      platform: defineProvider({
        name: 'platform',
        guards: [urlToken({ token: 'tok-0001' })],
        schema: z.unknown(),
        types: ['thing'],
        events: () => [],
      }),
    },
    logger: false,
  });
  return (await webhooks.receive(incoming({}, { query }))).rejection;
};

test('says of one token in another case that it is', async () => {
  expect(await told('token=TOK-0001')).toMatchObject({ cause: 'token-case' });
});

test.each(['token=tok-0001&token=tok-0001', 'token=TOK-0001&token=tok-0001'])(
  'says of several tokens that they are several, and nothing of the first: %s',
  async (query) => {
    const rejection = await told(query);
    expect(rejection).toMatchObject({
      code: 'credential-invalid',
      hint: expect.stringContaining('more than one token'),
    });
    expect(rejection?.cause).toBeUndefined();
  },
);
