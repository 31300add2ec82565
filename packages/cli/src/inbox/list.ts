import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { jsonLine } from '../terminal/json-line.ts';
import { printable } from '../terminal/printable.ts';
import { tableLines } from '../terminal/table.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { type FilterOptions, filterOf, type InboxOptions } from './inbox-options.ts';
import { withReceiver } from './open-receiver.ts';
import { type ShownInList, shownInList } from './shown.ts';

export interface ListOptions extends FilterOptions, InboxOptions {
  readonly limit: number;
  readonly cursor?: string;
}

/** `mediahooks inbox list` */
export const list = (options: ListOptions, terminal: Terminal): Promise<ExitCode> =>
  withReceiver(options, terminal, false, async ({ inbox }) => {
    const { out } = terminal;
    const page = await inbox.list(filterOf(options, Date.now()), {
      limit: options.limit,
      ...(options.cursor !== undefined && { cursor: options.cursor }),
    });
    const deliveries = page.deliveries.map(shownInList);
    if (options.json === true) out.line(jsonLine({ deliveries, cursor: page.cursor ?? null }));
    else {
      for (const line of tableLines(deliveries.map((delivery) => rowOf(delivery, terminal)))) out.line(line);
      if (deliveries.length === 0) terminal.err.line('Nothing is there.');
      if (page.cursor !== undefined) terminal.err.line(`There are more: --cursor ${page.cursor}, or a higher --limit.`);
    }
    return exitCodes.done;
  });

const rowOf = (delivery: ShownInList, { out: { paint } }: Terminal) => {
  const { events, id, outcome, receivedAt, rejection, source } = delivery;
  const types = [...new Set(events.map(({ type }) => type))].join(', ');
  const state = outcome === 'stored' ? [...new Set(events.map(({ status }) => status))].join(', ') || outcome : outcome;
  const isUnreadable = delivery.unreadable !== null || events.some(({ unreadable }) => unreadable !== null);
  const isBad =
    outcome === 'rejected' ||
    outcome === 'quarantined' ||
    isUnreadable ||
    events.some(({ status }) => status === 'dead');
  const about = isUnreadable
    ? 'cannot be read'
    : rejection === null
      ? (events[0]?.subject?.slice(source.length + 1) ?? '')
      : (rejection.cause ?? rejection.code);
  return [
    { text: id, paint: paint.dim },
    { text: receivedAt.slice(0, 19).replace('T', ' ') },
    { text: printable(source === '' ? '(no source)' : source), paint: paint.cyan },
    { text: printable(types === '' ? '–' : types) },
    { text: state, paint: isBad ? paint.red : paint.green },
    { text: printable(about) },
  ];
};
