import type { Explanation, Inbox, Receiver } from '@mediahooks/core';
import { CommandError } from '../command-error.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { readInput } from '../read-file.ts';
import { loadReceiver } from '../settings/load-receiver.ts';
import { openInbox } from '../settings/open-inbox.ts';
import { receiverFromEnvironment } from '../settings/receiver-from-environment.ts';
import { readSettings, tellMadeUp } from '../settings/settings.ts';
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
  const inbox = await inboxOf(given, options, webhooks, terminal);
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
    const request = readCapture(await readRequest(input, options, terminal), options.entry, terminal);
    return await judge(request, options, webhooks, terminal);
  } finally {
    await inbox?.stop({ timeoutMs: 1000 });
    if (options.config !== undefined) await webhooks.stop({ timeoutMs: 1000 });
  }
};

const readRequest = async (
  input: string,
  { config }: Pick<ExplainOptions, 'config'>,
  terminal: Terminal,
): Promise<Uint8Array> => {
  try {
    return await readInput(input, terminal);
  } catch (error) {
    if (!(error instanceof CommandError) || !/^[0-9a-f]{4}[0-9a-f-]*$/.test(input)) throw error;
    const advice =
      config === undefined
        ? `say where that is: --inbox mediahooks.db ${input}`
        : "give the whole id, to look for it in your receiver's inbox; or say where it is: --inbox mediahooks.db";
    const message = `${error.message} Is it the id of a kept delivery? Then ${advice}`;
    throw new CommandError(error.code, message, { cause: error });
  }
};

/** The inbox to look in: one that is named, or that of the user's receiver where no file has the name. */
const inboxOf = async (
  given: string | undefined,
  { inbox, inboxName }: ExplainOptions,
  webhooks: Receiver,
  terminal: Terminal,
): Promise<Inbox | undefined> => {
  if (inbox !== undefined) {
    return openInbox({ inbox, ...(inboxName !== undefined && { inboxName }) }, terminal, true);
  }
  return given !== undefined && /^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(given) ? webhooks.inbox : undefined;
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
