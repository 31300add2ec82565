import { createWebhooks } from '@mediahooks/core';
import { sqliteInbox } from '@mediahooks/inbox-sqlite';
import { platform } from '../platform.ts';
import { brokenInbox } from './fixtures.ts';

/** As JavaScript may call it. */
const made = (inbox: unknown) => () =>
  Reflect.apply(createWebhooks, undefined, [{ sources: { platform: platform() }, inbox, logger: false }]);

test.each([
  ['a path', 'a.db', /option "inbox" must be an inbox, like sqliteInbox\(.*\)\.$/],
  ['an engine that was not called', sqliteInbox, /sqliteInbox\(.*\); it is a function, which has to be called\.$/],
  ['options of an engine', { path: 'a.db' }, /option "inbox" must be an inbox, like sqliteInbox\(.*\)\.$/],
  ['nothing', null, /option "inbox" must be an inbox/],
  ['half an inbox', { ...brokenInbox(), prune: undefined, newest: 1 }, /sqliteInbox\(.*\); it lacks newest, prune\.$/],
])('%s is no inbox, and refused at once', (_what, inbox, message) => {
  expect(made(inbox)).toThrow(
    expect.objectContaining({ code: 'option-invalid', message: expect.stringMatching(message) }),
  );
});

test('what was given is not shown: it may be the address of a database, with its password', () => {
  expect(made('postgres://me:hunter2@db.example/mediahooks')).toThrow(
    expect.objectContaining({ code: 'option-invalid', message: expect.not.stringContaining('hunter2') }),
  );
});

test('an inbox whose methods are of its class, or that stands behind a proxy, is one', () => {
  class Kept {}
  Object.assign(Kept.prototype, brokenInbox());
  for (const inbox of [new Kept(), new Proxy(brokenInbox(), {}), undefined]) expect(made(inbox)).not.toThrow();
});
