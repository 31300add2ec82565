import { createWebhooks, type Inbox, type Receiver } from '@mediahooks/core';
import { gcore } from '@mediahooks/providers';
import type { Environment } from '@mediahooks/providers/environment';
import { CommandError } from '../command-error.ts';
import { listenInboxFile } from '../listen/listen-options.ts';
import { loadReceiver } from '../settings/load-receiver.ts';
import { type InboxLocation, openInbox } from '../settings/open-inbox.ts';
import { receiverFromEnvironment } from '../settings/receiver-from-environment.ts';
import { isConfigured, readSettings, tellMadeUp } from '../settings/settings.ts';
import { appInboxFile, tellUnnamed, unnamedInbox } from '../settings/unnamed-inbox.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { InboxOptions } from './inbox-options.ts';

export interface OpenReceiver {
  readonly webhooks: Receiver;
  readonly inbox: Inbox;
}

/**
 * Opens an inbox with the receiver it belongs to, for as long as `work` takes.
 *
 * @param needsSources Whether guards have to pass. Else a receiver that knows no source will do: it hides whatever could be secret.
 */
export const withReceiver = async <Result>(
  options: InboxOptions,
  terminal: Terminal,
  needsSources: boolean,
  work: (receiver: OpenReceiver) => Promise<Result>,
): Promise<Result> => {
  const webhooks = await open(options, terminal, needsSources);
  try {
    const { inbox } = webhooks;
    if (inbox !== undefined) return await work({ webhooks, inbox });
    throw new CommandError('config-unusable', `The receiver of ${JSON.stringify(options.config)} has no inbox.`);
  } finally {
    await webhooks.stop({ timeoutMs: 2000 });
  }
};

const open = async (options: InboxOptions, terminal: Terminal, needsSources: boolean): Promise<Receiver> => {
  const settings = readSettings(options, terminal);
  if (options.config !== undefined) {
    if (options.inbox !== undefined)
      throw new CommandError('usage', '--config has an inbox of its own: leave out --inbox.');
    return loadReceiver(options.config, options, settings, terminal);
  }
  const { environment } = settings;
  // why: before the inbox is opened, so that nothing is left open where it throws.
  if (needsSources) {
    tellMadeUp(settings, terminal);
    receiverFromEnvironment(settings, terminal);
  }
  const inbox = await openInbox(locationOf(options, environment, terminal), terminal, true);
  const shared = { inbox, logger: false as const };
  if (isConfigured(environment)) return receiverFromEnvironment(settings, terminal, shared);
  // why: a receiver has to have a source, and this is the one that has no secret.
  return createWebhooks({ ...shared, sources: { gcore: gcore() } });
};

const locationOf = (
  { inbox: named, inboxName }: InboxOptions,
  environment: Environment,
  terminal: Terminal,
): InboxLocation => {
  const inbox = named ?? unnamedInbox(environment, terminal);
  if (named === undefined) tellUnnamed(inbox, terminal);
  if (inbox !== undefined) return { inbox, ...(inboxName !== undefined && { inboxName }) };
  throw new CommandError(
    'not-found',
    `There is no inbox here, neither ${appInboxFile} nor ${listenInboxFile}. Name yours: --inbox <file>, postgres://… or redis://….`,
  );
};
