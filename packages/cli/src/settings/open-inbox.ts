import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Inbox } from '@mediahooks/core';
import { CommandError } from '../command-error.ts';
import { printable } from '../terminal/printable.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { withKeyHint } from './key-hint.ts';
import { loadPackage } from './load-package.ts';

export interface InboxLocation {
  /** A file, `postgres://…` or `redis://…`. */
  readonly inbox: string;
  /** The schema in PostgreSQL or the prefix in Redis, where it is not `mediahooks`. */
  readonly inboxName?: string;
}

/**
 * Opens an inbox with the engine that its location asks for.
 *
 * @param mustExist Whether a file has to be there already.
 * @throws {CommandError} `package-missing`, `not-found`; {@link ConfigurationError} from the engine.
 */
export const openInbox = async (location: InboxLocation, terminal: Terminal, mustExist: boolean): Promise<Inbox> => {
  const open = await loadInbox(location, terminal, mustExist);
  return open();
};

/**
 * Loads the engine of an inbox, and opens nothing yet: for who must not begin without it.
 *
 * @throws {CommandError} as {@link openInbox}
 */
export const loadInbox = async (
  location: InboxLocation,
  terminal: Terminal,
  mustExist: boolean,
): Promise<() => Inbox> => {
  const open = await loadEngine(location, terminal, mustExist);
  return () => withKeyHint(open());
};

const loadEngine = async (
  { inbox, inboxName }: InboxLocation,
  terminal: Terminal,
  mustExist: boolean,
): Promise<() => Inbox> => {
  const onWarning = ({ message }: { readonly message: string }): void =>
    terminal.err.line(`${terminal.err.paint.yellow('warning:')} ${printable(message)}`);
  hidePassword(inbox, terminal);
  if (/^postgres(ql)?:\/\//.test(inbox)) {
    const load = () => import('@mediahooks/inbox-postgres');
    const { postgresInbox } = await loadPackage(
      '@mediahooks/inbox-postgres',
      'An inbox in PostgreSQL',
      load,
      terminal.directory,
    );
    return () =>
      postgresInbox({ connectionString: inbox, onWarning, ...(inboxName !== undefined && { schema: inboxName }) });
  }
  if (/^rediss?:\/\//.test(inbox)) {
    const load = () => import('@mediahooks/inbox-redis');
    const { redisInbox } = await loadPackage('@mediahooks/inbox-redis', 'An inbox in Redis', load, terminal.directory);
    return () => redisInbox({ url: inbox, onWarning, ...(inboxName !== undefined && { prefix: inboxName }) });
  }
  if (!isFile({ inbox })) {
    throw new CommandError('usage', '--inbox must be a file, postgres://… or redis://….');
  }
  if (inboxName !== undefined)
    throw new CommandError('usage', '--inbox-name is for PostgreSQL and Redis; a file has no name beside its own.');
  const path = resolve(terminal.directory, inbox);
  if (mustExist && !existsSync(path)) {
    throw new CommandError(
      'not-found',
      `There is no inbox ${JSON.stringify(inbox)} here: no such file. Name yours: --inbox <file>, postgres://… or redis://….`,
    );
  }
  const { sqliteInbox } = await loadSqlite();
  return () => sqliteInbox({ path });
};

const loadSqlite = async (): Promise<typeof import('@mediahooks/inbox-sqlite')> => {
  try {
    return await import('@mediahooks/inbox-sqlite');
  } catch (error) {
    // why: `npx` starts the command on any Node, whatever its package asks for.
    if (!(error instanceof Error && 'code' in error && error.code === 'ERR_UNKNOWN_BUILTIN_MODULE')) throw error;
    const message = `An inbox in a file needs node:sqlite, which Node has from 22.13 on. This is Node ${process.versions.node}: install a newer one.`;
    throw new CommandError('package-missing', message, { cause: error });
  }
};

/** Whether an inbox is a file, and no server's. */
export const isFile = ({ inbox }: InboxLocation): boolean => !/^[a-z][a-z0-9+.-]+:\/\//i.test(inbox);

/** An inbox as it may be shown: without user, password and query. */
export const shownInbox = ({ inbox, inboxName }: InboxLocation): string => {
  const url = isFile({ inbox }) ? null : URL.parse(inbox);
  if (url === null) return inbox;
  return `${url.protocol}//${url.host}${url.pathname}${inboxName === undefined ? '' : ` (${inboxName})`}`;
};

const hidePassword = (inbox: string, terminal: Terminal): void => {
  const password = URL.parse(inbox)?.password ?? '';
  terminal.hide(password);
  try {
    terminal.hide(decodeURIComponent(password));
  } catch {
    // why: not percent-encoded after all; then it is hidden as it stands.
  }
};
