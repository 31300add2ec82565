import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Explanation, Inbox, Receiver } from '@mediahooks/core';
import { CommandError } from '../command-error.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { readInput } from '../read-file.ts';
import { loadReceiver } from '../settings/load-receiver.ts';
import { openInbox } from '../settings/open-inbox.ts';
import { receiverFromEnvironment } from '../settings/receiver-from-environment.ts';
import { readSettings, type Settings, tellMadeUp } from '../settings/settings.ts';
import { tellUnnamed, unnamedInbox } from '../settings/unnamed-inbox.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { CapturedRequest } from './captured-request.ts';
import type { ExplainOptions } from './explain-options.ts';
import { incomingOf, isBelowMount } from './incoming.ts';
import { printExplanation } from './print-explanation.ts';
import { readCapture } from './read-capture.ts';
import { readStoredRequest } from './stored-request.ts';

/** `mediahooks explain [request]` */
export const explain = async (
  given: string | undefined,
  options: ExplainOptions,
  terminal: Terminal,
): Promise<ExitCode> => {
  const settings = readSettings(options, terminal);
  if (options.config === undefined) tellMadeUp(settings, terminal);
  const webhooks: Receiver =
    options.config === undefined
      ? receiverFromEnvironment(settings, terminal)
      : await loadReceiver(options.config, options, settings, terminal);
  const inbox = await inboxOf(given, options, { settings, webhooks }, terminal);
  try {
    if (inbox !== undefined) {
      if (given === undefined)
        throw new CommandError('usage', 'Say which delivery of the inbox: its id, or the beginning of that.');
      const { kept, request } = await readStoredRequest(inbox, given);
      if (request !== undefined) return await judge(request, options, webhooks, terminal);
      throw new CommandError(
        'not-found',
        `The delivery ${kept.id} was rejected (${kept.rejection?.code}) before all of its body was read, so it cannot be tried again. ` +
          `Said then: ${kept.rejection?.hint ?? 'nothing.'}`,
      );
    }
    const input = given ?? (terminal.stdin.isTTY === true ? undefined : '-');
    if (input === undefined)
      throw new CommandError(
        'usage',
        'Say which request: a file, or - for standard input. See: mediahooks help explain',
      );
    const request = readCapture(await readRequest(input, terminal), options.entry, terminal);
    return await judge(request, options, webhooks, terminal);
  } finally {
    await inbox?.stop({ timeoutMs: 1000 });
    if (options.config !== undefined) await webhooks.stop({ timeoutMs: 1000 });
  }
};

const readRequest = async (input: string, terminal: Terminal): Promise<Uint8Array> => {
  try {
    return await readInput(input, terminal);
  } catch (error) {
    if (!(error instanceof CommandError) || !isLikeAnId(input)) throw error;
    const message = `${error.message} Is it the id of a kept delivery? Then say where that is: --inbox <inbox> ${input}`;
    throw new CommandError(error.code, message, { cause: error });
  }
};

const isLikeAnId = (given: string): boolean => /^[0-9a-f]{4}[0-9a-f-]*$/.test(given);

/** The inbox to look in: one that is named; or, for an id that no file has for a name, that of the user's receiver, or the one that is here. */
const inboxOf = async (
  given: string | undefined,
  { config, inbox: named, inboxName }: ExplainOptions,
  { settings, webhooks }: { readonly settings: Settings; readonly webhooks: Receiver },
  terminal: Terminal,
): Promise<Inbox | undefined> => {
  const open = (inbox: string): Promise<Inbox> =>
    openInbox({ inbox, ...(inboxName !== undefined && { inboxName }) }, terminal, true);
  if (named !== undefined) return open(named);
  if (given === undefined || !isLikeAnId(given) || existsSync(resolve(terminal.directory, given))) return undefined;
  if (config !== undefined) return webhooks.inbox;
  const found = unnamedInbox(settings.environment, terminal);
  tellUnnamed(found, terminal);
  return found === undefined ? undefined : open(found);
};

const judge = async (
  request: CapturedRequest,
  options: ExplainOptions,
  webhooks: Receiver,
  terminal: Terminal,
): Promise<ExitCode> => {
  const receivedAt = options.received ?? request.receivedAt;
  const address = options.address ?? request.address;
  const incoming = incomingOf(request, options.path, address);
  const explanation = await webhooks.explain(incoming, receivedAt === undefined ? {} : { receivedAt });
  const notes = [
    ...request.notes,
    ...mountNotes(request, options.path),
    ...furtherNotes(explanation, receivedAt, address),
  ];
  printExplanation({ request, explanation, receivedAt, notes }, options, terminal);
  return explanation.accepted ? exitCodes.done : exitCodes.refused;
};

/** Without the path itself: a token may stand in it. */
const mountNotes = (request: CapturedRequest, mount: string): readonly string[] =>
  isBelowMount(request, mount)
    ? []
    : [
        `Its path is not below ${mount}, so that a receiver mounted there is not asked, unless something before it changes paths: only the ` +
          "path's last part was judged. If yours is mounted elsewhere, say where: --path <path>.",
      ];

/** What the capture does not say, where that may be why. */
const furtherNotes = (
  explanation: Explanation,
  receivedAt: number | undefined,
  address: string | undefined,
): readonly string[] => {
  if (explanation.accepted) return [];
  const { code } = explanation.rejection;
  if (code === 'credential-expired' && receivedAt === undefined) {
    return ['It was judged as if received now. If it was captured earlier, say when: --received 2026-11-21T10:30:00Z.'];
  }
  if (code === 'address-not-allowed' && address === undefined) {
    return ['The capture does not say who connected to the receiver. Say it: --address <ip>.'];
  }
  return [];
};
