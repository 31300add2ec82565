import { completionsAt } from './completions.ts';
import { compilerErrors, expectedErrors } from './expected-errors.ts';

test('the compiler finds what the fixtures say is wrong, where they say it, and nothing else', () => {
  const expected = expectedErrors();
  expect(expected.length).toBeGreaterThan(40);
  expect(compilerErrors().sort()).toEqual(expected.sort());
}, 60_000);

describe("completion of on('", () => {
  const setUp = `
    import { createWebhooks, defineProvider, headerToken } from '@mediahooks/core';
    import { ignite } from '@mediahooks/providers/ignite';
    import { z } from 'zod';
    const webhooks = createWebhooks({
      sources: {
        ignite: ignite({ secret: 'whsec_1' }),
        own: defineProvider({
          name: 'own',
          guards: [headerToken({ header: 'x-token', token: 'token' })],
          schema: z.object({ id: z.string() }),
          types: ['made', 'gone'],
          events: (payload) => [{ type: 'made', payload }],
        }),
      },
    });
  `;

  test('offers the names that can occur, and no other', async () => {
    const names = await completionsAt(`${setUp} webhooks.on('|');`);
    expect(names.sort()).toEqual([
      '*',
      'ignite.*',
      'ignite.unknown',
      'ignite.video.created',
      'ignite.video.deleted',
      'ignite.video.updated',
      'own.*',
      'own.gone',
      'own.made',
      'own.unknown',
    ]);
  }, 60_000);

  test('offers the fields of the payload in the handler', async () => {
    const fields = await completionsAt(`${setUp} webhooks.on('own.made', (event) => event.payload.|);`);
    expect(fields).toEqual(['id']);
  }, 60_000);
});
