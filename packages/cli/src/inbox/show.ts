import { CommandError } from '../command-error.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { size } from '../terminal/duration.ts';
import { jsonLine } from '../terminal/json-line.ts';
import { printable, printableLines } from '../terminal/printable.ts';
import { tableLines } from '../terminal/table.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { wrap } from '../terminal/wrap.ts';
import { findDelivery } from './find-delivery.ts';
import type { InboxOptions } from './inbox-options.ts';
import { withReceiver } from './open-receiver.ts';
import { type ShownWhole, shownWhole } from './shown.ts';

/** `mediahooks inbox show <id>`: redacted. */
export const show = (id: string, options: InboxOptions, terminal: Terminal): Promise<ExitCode> =>
  withReceiver(options, terminal, false, async ({ inbox, webhooks }) => {
    const { out } = terminal;
    const found = await findDelivery(inbox, id);
    const inspected = await webhooks.inspect(found.id);
    if (inspected === undefined)
      throw new CommandError('not-found', `The delivery ${found.id} has just gone from the inbox.`);
    const delivery = shownWhole(inspected);
    if (options.json === true) out.line(jsonLine(delivery));
    else for (const line of linesOf(delivery, terminal)) out.line(line);
    return exitCodes.done;
  });

const linesOf = (delivery: ShownWhole, { out }: Terminal): readonly string[] => {
  const { paint } = out;
  const width = out.isTerminal ? out.columns - 2 : Number.POSITIVE_INFINITY;
  const section = (title: string, lines: readonly string[]): readonly string[] =>
    lines.length === 0 ? [] : [paint.bold(title), ...lines.map((line) => `  ${line}`)];
  const { address, bodyBytes, bodyPart, duplicateOf, outcome, receivedAt, rejection, source } = delivery;
  const about = [
    [{ text: 'received' }, { text: `${receivedAt}${address === null ? '' : ` from ${address}`}` }],
    [{ text: 'outcome' }, { text: `${outcome}${duplicateOf === null ? '' : ` of ${duplicateOf}`}` }],
    [{ text: 'body' }, { text: `${size(bodyBytes)}${bodyPart === 'whole' ? '' : `, ${bodyPart}`}` }],
  ];
  const damage = (why: string | null): readonly string[] => (why === null ? [] : [paint.red(printable(why))]);
  return [
    `${paint.cyan(printable(source === '' ? '(no source)' : source))} ${delivery.id}`,
    ...tableLines(about, '  '),
    ...damage(delivery.unreadable),
    ...(rejection === null
      ? []
      : section(
          `${outcome === 'rejected' ? 'rejected' : 'quarantined'}: ${rejection.code}${rejection.cause === null ? '' : ` (${rejection.cause})`}`,
          wrap(printable(rejection.hint), width),
        )),
    ...delivery.events.flatMap((event) => {
      const tries = event.history.map(({ attempt, endedAt, error, startedAt }) => {
        const end =
          error === null ? (endedAt === null ? 'did not end' : 'went well') : printableLines(error).split('\n', 1)[0];
        return `attempt ${attempt}, ${startedAt}: ${end}`;
      });
      const next = event.runAt === null ? [] : [`next attempt at ${event.runAt}`];
      const subject = event.subject === null ? [] : [printable(event.subject)];
      return section(`${printable(event.type === '' ? event.id : event.type)}: ${event.status}`, [
        ...subject,
        ...damage(event.unreadable),
        ...tries,
        ...next,
      ]);
    }),
    ...section(
      'headers',
      delivery.headers.map(([name, value]) => printable(`${name}: ${value}`)),
    ),
    ...section(
      'payload',
      delivery.payload === null ? [] : JSON.stringify(delivery.payload, null, 2).split('\n').map(printable),
    ),
    ...(delivery.isConfigured ? [] : [paint.yellow(hidden(source))]),
  ];
};

const hidden = (source: string): string =>
  source === ''
    ? 'It names no source, so whatever could be secret is hidden.'
    : `${printable(source)} is not configured here, so whatever could be secret is hidden. Configure it: --env-file <file> or --config <module>.`;
