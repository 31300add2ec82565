import { createWebhooks } from '@mediahooks/core';
import { webhookConsole } from '../src/index.ts';
import { type Kept, keptReceiver, testSources } from './receiver.ts';

let kept: Kept;
beforeAll(() => {
  kept = keptReceiver();
});
afterAll(() => kept.remove());

/** As JavaScript may call it. */
const made = (options: unknown) => () => Reflect.apply(webhookConsole, undefined, [kept.webhooks, options]);

test.each([
  ['no options', undefined],
  ['no authorize', {}],
  ['an authorize that is undefined', { authorize: undefined }],
  ['an authorize that is true', { authorize: true }],
  ['a word that is not local', { authorize: 'Local' }],
])('throws with %s', (_name, options) => {
  expect(made(options)).toThrow(expect.objectContaining({ code: 'authorize-missing' }));
});

test.each([
  ['a misspelt option', { authorize: 'local', pathh: '/x' }, 'option-unknown'],
  ['a path without a slash', { authorize: 'local', path: 'console' }, 'option-invalid'],
  ['an audit that is no function', { authorize: 'local', audit: 'yes' }, 'option-invalid'],
  ['a rate that is no number', { authorize: 'local', refreshMs: 0 }, 'option-invalid'],
])('throws with %s', (_name, options, code) => {
  expect(made(options)).toThrow(expect.objectContaining({ code }));
});

test('throws for a receiver without an inbox', () => {
  const webhooks = createWebhooks({ sources: testSources(), trustProxy: 1, logger: false });
  expect(() => webhookConsole(webhooks, { authorize: 'local' })).toThrow(
    expect.objectContaining({ code: 'inbox-missing' }),
  );
});

test.each([[], [undefined, { authorize: 'local' }], [{ authorize: 'local' }], [null, { authorize: 'local' }]])(
  'throws for what is no receiver: %p',
  (...given) => {
    expect(() => Reflect.apply(webhookConsole, undefined, given)).toThrow(
      expect.objectContaining({
        code: 'option-invalid',
        message: expect.stringContaining('Write webhookConsole(webhooks, {'),
      }),
    );
  },
);

test('throws for an inbox in place of the receiver that has it', () => {
  expect(() => Reflect.apply(webhookConsole, undefined, [kept.webhooks.inbox, { authorize: 'local' }])).toThrow(
    expect.objectContaining({ code: 'option-invalid' }),
  );
});

test('constructs with either kind of authorize', () => {
  expect(made({ authorize: 'local' })).not.toThrow();
  expect(made({ authorize: () => false })).not.toThrow();
});

test('says that the inbox cannot be reached, with 503, and nothing of why to strangers', async () => {
  const away = keptReceiver();
  const shown = webhookConsole(away.webhooks, { authorize: () => true });
  await away.remove();
  for (const path of ['overview', 'deliveries', 'deliveries/any', 'subject?name=a', 'bulk?action=replay']) {
    const response = await shown.fetch(new Request(`http://localhost/console/${path}`));
    expect({ path, status: response.status, text: await response.text() }).toEqual({
      path,
      status: 503,
      text: expect.stringContaining('The inbox cannot be reached'),
    });
  }
});
