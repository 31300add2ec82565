import type { Rejection, ReplayResult } from '@mediahooks/core';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { jsonLine } from '../terminal/json-line.ts';
import type { Paint } from '../terminal/paint.ts';
import { printable } from '../terminal/printable.ts';
import { createProgressBar } from '../terminal/progress-bar.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { chosenIds } from './chosen.ts';
import type { FilterOptions, InboxOptions } from './inbox-options.ts';
import { withReceiver } from './open-receiver.ts';

/** `mediahooks inbox replay [ids…]`: guards first, as when they came. */
export const replay = (
  ids: readonly string[],
  options: FilterOptions & InboxOptions,
  terminal: Terminal,
): Promise<ExitCode> =>
  withReceiver(options, terminal, true, async ({ inbox, webhooks }) => {
    const { err, out } = terminal;
    // why: oldest first, so that events of one subject come in their order.
    const chosen = (await chosenIds(inbox, ids, options, Date.now())).toReversed();
    const bar = createProgressBar(err, chosen.length, () => performance.now());
    const results: { readonly id: string; readonly result: ReplayResult }[] = [];
    for (const id of chosen) {
      results.push({ id, result: await webhooks.replay(id) });
      bar.at(results.length);
    }
    bar.end();
    if (options.json === true)
      out.line(jsonLine({ replayed: results.map(({ id, result }) => ({ delivery: id, ...documentOf(result) })) }));
    else {
      for (const { id, result } of results) out.line(`${out.paint.dim(id)}  ${lineOf(result, terminal)}`);
      if (results.length === 0) err.line('Nothing is there.');
      else if (results.some(({ result }) => result.kind === 'replayed')) {
        err.line(
          err.paint.dim('They are handled by the process that works on this inbox: your app, or "mediahooks listen".'),
        );
      }
    }
    return results.length > 0 &&
      results.every(({ result }) => result.kind === 'replayed' || result.kind === 'duplicate')
      ? exitCodes.done
      : exitCodes.refused;
  });

const documentOf = (result: ReplayResult): object => {
  switch (result.kind) {
    case 'replayed':
      return { result: 'replayed', events: result.events };
    case 'duplicate':
      return { result: 'duplicate', of: result.of };
    case 'refused':
      return {
        result: 'refused',
        code: result.rejection.code,
        cause: result.rejection.cause ?? null,
        hint: result.rejection.hint,
      };
    case 'unreadable':
      return { result: 'unreadable', why: result.why };
    case 'not-found':
      return { result: 'not-found' };
  }
};

const rejected = ({ cause, code, hint }: Rejection, paint: Paint): string =>
  `${paint.red(`rejected: ${code}${cause === undefined ? '' : ` (${cause})`}.`)} ${printable(hint)}`;

const lineOf = (result: ReplayResult, { out: { paint } }: Terminal): string => {
  switch (result.kind) {
    case 'replayed':
      return result.events === 0
        ? 'nothing to do: its events are in line already'
        : paint.green(`${result.events} in line again`);
    case 'duplicate':
      return `came again meanwhile, as ${result.of}`;
    case 'refused':
      return rejected(result.rejection, paint);
    case 'unreadable':
      return `${paint.red('cannot be replayed.')} ${printable(result.why)}`;
    case 'not-found':
      return paint.red('is not there any more');
  }
};
