import { ConfigurationError } from '../errors.ts';
import type { Inbox } from './inbox.ts';

const methods = [
  'accept',
  'keep',
  'countRefused',
  'start',
  'stop',
  'list',
  'events',
  'get',
  'load',
  'attempts',
  'requeue',
  'release',
  'discard',
  'stats',
  'activity',
  'latency',
  'newest',
  'prune',
] as const satisfies (keyof Inbox)[];

/** @throws {ConfigurationError} `option-invalid` for what is no inbox. Of its value nothing is shown: it may be a database's address. */
export const checkInbox = (owner: string, inbox: unknown): void => {
  if (inbox === undefined) return;
  const missing =
    typeof inbox === 'object' && inbox !== null ? methods.filter((method) => !has(inbox, method)) : methods;
  if (missing.length === 0) return;
  const found =
    typeof inbox === 'function'
      ? '; it is a function, which has to be called'
      : missing.length < methods.length
        ? `; it lacks ${missing.join(', ')}`
        : '';
  throw new ConfigurationError(
    'option-invalid',
    `${owner}: option "inbox" must be an inbox, like sqliteInbox({ path: 'webhooks.db' })${found}.`,
  );
};

const has = (inbox: object, method: string): boolean => typeof Reflect.get(inbox, method) === 'function';
