import { CommandError } from '../command-error.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { counted } from '../terminal/counted.ts';
import { jsonLine } from '../terminal/json-line.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { chosenIds } from './chosen.ts';
import type { FilterOptions, InboxOptions } from './inbox-options.ts';
import { withReceiver } from './open-receiver.ts';

export interface DiscardOptions extends FilterOptions, InboxOptions {
  readonly yes?: true;
}

/** `mediahooks inbox discard [ids…]`: gives up on what is not handled. */
export const discard = (ids: readonly string[], options: DiscardOptions, terminal: Terminal): Promise<ExitCode> =>
  withReceiver(options, terminal, false, async ({ inbox }) => {
    const { err, out } = terminal;
    const chosen = await chosenIds(inbox, ids, options, Date.now());
    if (ids.length === 0 && chosen.length > 0 && options.yes !== true) {
      throw new CommandError(
        'usage',
        `That would give up on ${counted(chosen.length, 'delivery', 'deliveries')}. Add --yes if that is meant.`,
      );
    }
    const discarded: { readonly delivery: string; readonly events: number }[] = [];
    for (const delivery of chosen) discarded.push({ delivery, events: await inbox.discard(delivery) });
    if (options.json === true) out.line(jsonLine({ discarded }));
    else {
      for (const { delivery, events } of discarded) {
        const what = events === 0 ? 'nothing to give up on' : `${counted(events, 'event', 'events')} given up on`;
        out.line(`${out.paint.dim(delivery)}  ${what}`);
      }
      if (discarded.length === 0) err.line('Nothing is there.');
    }
    return discarded.some(({ events }) => events > 0) ? exitCodes.done : exitCodes.refused;
  });
