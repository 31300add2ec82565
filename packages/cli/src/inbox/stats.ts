import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { duration, roundedMs } from '../terminal/duration.ts';
import { jsonLine } from '../terminal/json-line.ts';
import { tableLines } from '../terminal/table.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { InboxOptions } from './inbox-options.ts';
import { withReceiver } from './open-receiver.ts';

/** `mediahooks inbox stats` */
export const stats = (options: InboxOptions, terminal: Terminal): Promise<ExitCode> =>
  withReceiver(options, terminal, false, async ({ inbox }) => {
    const { out } = terminal;
    const { backlogAgeMs, deliveries, events } = await inbox.stats();
    const latency = await inbox.latency();
    if (options.json === true) {
      const handlers = latency.map((one) => ({ ...one, p50Ms: roundedMs(one.p50Ms), p99Ms: roundedMs(one.p99Ms) }));
      const age = backlogAgeMs === undefined ? null : roundedMs(backlogAgeMs);
      out.line(jsonLine({ deliveries, events, backlogAgeMs: age, handlers }));
      return exitCodes.done;
    }
    const rows = (counts: Readonly<Record<string, number>>) =>
      tableLines(
        Object.entries(counts).map(([name, count]) => [{ text: name }, { text: String(count), right: true }]),
        '  ',
      );
    out.line(out.paint.bold('deliveries'));
    for (const line of rows(deliveries)) out.line(line);
    out.line(out.paint.bold('events'));
    for (const line of rows(events)) out.line(line);
    if (backlogAgeMs !== undefined) out.line(`  the oldest that is not done with has waited ${duration(backlogAgeMs)}`);
    if (latency.length > 0) out.line(out.paint.bold('handlers'));
    for (const { attempts, failed, p50Ms, p99Ms, source } of latency) {
      out.line(
        `  ${source}: ${duration(p50Ms)} (p50), ${duration(p99Ms)} (p99); ${failed} of ${attempts} attempts failed`,
      );
    }
    return exitCodes.done;
  });
