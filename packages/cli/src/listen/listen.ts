import { type Inbox, type Logger, type ObservedDelivery, type Receiver, redactPayload } from '@mediahooks/core';
import { sourcesFromEnvironment, webhooksFromEnvironment } from '@mediahooks/providers/environment';
import { CommandError } from '../command-error.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { receiverUrl } from '../http/receiver-url.ts';
import { envFileHint } from '../settings/env-file-hint.ts';
import { loadReceiver } from '../settings/load-receiver.ts';
import { makeUpSecrets } from '../settings/make-up.ts';
import { type InboxLocation, isFile, loadInbox, shownInbox } from '../settings/open-inbox.ts';
import { isConfigured, readSettings, type Settings, withMadeUp } from '../settings/settings.ts';
import { unnamedInbox } from '../settings/unnamed-inbox.ts';
import { jsonLine } from '../terminal/json-line.ts';
import { printable } from '../terminal/printable.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { announce } from './announce.ts';
import { deliveryLines, forwardLine } from './delivery-lines.ts';
import { createForward } from './forward.ts';
import { type ListenOptions, listenInboxFile } from './listen-options.ts';
import { type MadeFile, notIgnored } from './not-ignored.ts';
import { type HeldPort, holdPort } from './serve.ts';
import { shownDelivery } from './shown-delivery.ts';

/** `mediahooks listen`: until it is interrupted. */
export const listen = async (options: ListenOptions, terminal: Terminal): Promise<ExitCode> => {
  if (!options.path.startsWith('/')) throw new CommandError('usage', '--path must begin with "/", like /webhooks.');
  const forwardTo = options.forward === undefined ? undefined : receiverUrl('--forward', options.forward);
  const location = options.config === undefined ? inboxLocation(options) : undefined;
  // why: both before secrets are made up and an inbox is opened, so that what cannot begin leaves nothing behind.
  const open = location === undefined ? undefined : await loadInbox(location, terminal, false);
  const port = await holdPort(options.host, options.port);
  try {
    return await listenOn(port, { options, terminal, forwardTo, location, open });
  } finally {
    port.release();
  }
};

interface Listening {
  readonly options: ListenOptions;
  readonly terminal: Terminal;
  readonly forwardTo: string | undefined;
  /** Of an inbox that is not a module's own, and how it is opened. */
  readonly location: InboxLocation | undefined;
  readonly open: (() => Inbox) | undefined;
}

const listenOn = async (port: HeldPort, listening: Listening): Promise<ExitCode> => {
  const { forwardTo, location, open, options, terminal } = listening;
  const { err, out } = terminal;
  const { settings, undo } = settle(options, terminal);
  const addresses = new Map<string, string | undefined>();
  const received = ({ address, id }: ObservedDelivery) => addresses.set(id, address);
  const make = () => makeReceiver({ options, settings, terminal, received, location, open });
  const receiver =
    options.config === undefined
      ? orUndone(make, undo)
      : await ownReceiver(options.config, options, settings, terminal);
  const { webhooks } = receiver;
  const forward = forwardTo === undefined ? undefined : createForward(forwardTo);
  const passing = new Set<Promise<void>>();

  const lineOptions = () => ({
    // why: asked each time, because windows change; elsewhere lines stay whole, so that they can be searched.
    columns: out.isTerminal ? out.columns : Number.POSITIVE_INFINITY,
    full: options.full === true,
  });

  const interrupted = terminal.interruption();
  // why: documents do not say it.
  const taken = options.json === true ? [] : await notIgnored(madeFiles(settings, location), terminal);
  if (receiver.works) await webhooks.start();
  announce(
    {
      url: `${port.origin}${options.path.replace(/\/+$/, '')}`,
      sources: receiver.sources,
      showsPayloads: options.config === undefined,
      inbox: receiver.inbox,
      isFound: [undefined, listenInboxFile].includes(unnamedInbox(settings.environment, terminal)),
      works: receiver.works,
      forwardTo,
      madeUpFile: settings.madeUpFile,
      hint: envFileHint(terminal),
      isLocal: isLoopback(options.host),
      notIgnored: taken,
    },
    options,
    terminal,
  );
  port.serve({
    webhooks,
    path: options.path,
    seen(outcome, request, at, durationMs) {
      const address = addresses.get(outcome.deliveryId) ?? request.address;
      addresses.delete(outcome.deliveryId);
      const bytes = request.body.length;
      const shown = shownDelivery({ outcome, at, address, bytes, durationMs, redact: receiver.redact });
      if (options.json === true) out.line(jsonLine(shown));
      else for (const line of deliveryLines(shown, out.paint, lineOptions())) out.line(line);
      // why: what is not proven to come from its source is not passed on.
      if (forward === undefined || outcome.kind === 'rejected') return;
      const passed = forward({ ...request, address }).then((result) => {
        if (options.json === true) out.line(jsonLine({ kind: 'forwarded', delivery: outcome.deliveryId, ...result }));
        else out.line(forwardLine(result, out.paint));
        passing.delete(passed);
      });
      passing.add(passed);
    },
  });
  await new Promise<void>((resolve) => {
    if (interrupted.aborted) resolve();
    interrupted.addEventListener('abort', () => resolve());
  });
  if (err.isTerminal) err.line('Ending: what has been received is finished first.');
  await port.close();
  await Promise.all(passing);
  await webhooks.stop({ timeoutMs: 5000 });
  return exitCodes.done;
};

/** Makes secrets up where there are none, and nothing else to go by. `undo` takes away what was made. */
const settle = (
  options: ListenOptions,
  terminal: Terminal,
): { readonly settings: Settings; readonly undo: () => void } => {
  const settings = readSettings(options, terminal);
  if (options.config !== undefined || isConfigured(settings.environment)) return { settings, undo: () => undefined };
  const undo = makeUpSecrets(terminal);
  return { settings: withMadeUp(settings, terminal), undo };
};

/** What cannot begin leaves nothing behind. */
const orUndone = <Result>(make: () => Result, undo: () => void): Result => {
  try {
    return make();
  } catch (error) {
    undo();
    throw error;
  }
};

interface ListeningReceiver {
  readonly webhooks: Receiver;
  readonly sources: readonly string[];
  /** How the inbox is called, where there is one. */
  readonly inbox: string | undefined;
  /** Whether events are handled here. */
  readonly works: boolean;
  readonly redact: (source: string, payload: unknown) => unknown;
}

const ownReceiver = async (
  config: string,
  options: ListenOptions,
  settings: Settings,
  terminal: Terminal,
): Promise<ListeningReceiver> => {
  if (options.inbox !== undefined)
    throw new CommandError('usage', '--config has an inbox or has none: leave out --inbox and --no-inbox.');
  const webhooks = await loadReceiver(config, options, settings, terminal);
  const inbox = webhooks.inbox === undefined ? undefined : `the inbox of ${config}`;
  // why: what has to be redacted, only the module's own providers know.
  return { webhooks, sources: webhooks.sourceNames, inbox, works: webhooks.hasHandlers, redact: () => null };
};

interface ReceiverParts {
  readonly options: ListenOptions;
  readonly settings: Settings;
  readonly terminal: Terminal;
  readonly received: (delivery: ObservedDelivery) => void;
  readonly location: InboxLocation | undefined;
  readonly open: (() => Inbox) | undefined;
}

const makeReceiver = ({ location, open, options, received, settings, terminal }: ReceiverParts): ListeningReceiver => {
  const providers = sourcesFromEnvironment(settings.environment);
  // why: the inbox is not opened before it is known that all variables can be used.
  webhooksFromEnvironment(settings.environment, { logger: false });
  const inbox = open?.();
  const webhooks = webhooksFromEnvironment(settings.environment, {
    logger: errorsOnly(terminal),
    observe: { received },
    ...(inbox !== undefined && { inbox }),
  });
  // why: deliveries in an inbox of the user's are for the user's own handlers; nothing here may take them away.
  const works = options.inbox === undefined;
  if (works || inbox === undefined) webhooks.on('*', () => undefined);
  return {
    webhooks,
    sources: Object.keys(providers),
    inbox: location === undefined ? undefined : shownInbox(location),
    works,
    redact: (source, payload) => redactPayload(payload, providers[source]?.redact ?? []),
  };
};

const inboxLocation = ({ inbox, inboxName }: ListenOptions): InboxLocation | undefined => {
  if (inbox === false) return undefined;
  return { inbox: inbox ?? listenInboxFile, ...(inboxName !== undefined && { inboxName }) };
};

/** What is made here and holds secrets or deliveries. */
const madeFiles = ({ madeUpFile }: Settings, location: InboxLocation | undefined): readonly MadeFile[] => [
  ...(madeUpFile === undefined ? [] : [{ pattern: madeUpFile, files: [madeUpFile] }]),
  ...(location === undefined || !isFile(location)
    ? []
    : [{ pattern: `${location.inbox}*`, files: ['', '-wal', '-shm'].map((end) => `${location.inbox}${end}`) }]),
];

/** Refusals are shown with their delivery. What else goes wrong is told here. */
const errorsOnly = ({ err }: Terminal): Logger => {
  const tell = (fields: object, message: string): void => {
    if (message !== 'delivery rejected')
      err.line(`${err.paint.yellow('warning:')} ${printable(`${message} ${JSON.stringify(fields)}`)}`);
  };
  return { debug: () => undefined, info: () => undefined, warn: tell, error: tell };
};

const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || host.startsWith('127.');
