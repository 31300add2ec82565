import { CommandError } from '../command-error.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { counted } from '../terminal/counted.ts';
import { jsonLine } from '../terminal/json-line.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { InboxOptions } from './inbox-options.ts';
import { withReceiver } from './open-receiver.ts';

export interface PruneCommandOptions extends InboxOptions {
  /** Milliseconds. */
  readonly olderThan: number;
  readonly unresolved?: true;
  readonly yes?: true;
}

/** `mediahooks inbox prune` */
export const prune = (options: PruneCommandOptions, terminal: Terminal): Promise<ExitCode> =>
  withReceiver(options, terminal, false, async ({ inbox }) => {
    const { out } = terminal;
    if (options.unresolved === true && options.yes !== true) {
      throw new CommandError(
        'usage',
        '--unresolved removes dead letters and quarantined deliveries for good: what nobody has handled. Add --yes if that is meant.',
      );
    }
    const before = Date.now() - options.olderThan;
    const removed = await inbox.prune({ before, unresolved: options.unresolved === true });
    out.line(options.json === true ? jsonLine({ removed }) : `${counted(removed, 'delivery', 'deliveries')} removed.`);
    return exitCodes.done;
  });
