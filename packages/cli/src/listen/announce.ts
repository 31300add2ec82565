import { shownUrl } from '../http/receiver-url.ts';
import { jsonLine } from '../terminal/json-line.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { type ListenOptions, listenInboxFile } from './listen-options.ts';

export interface Announcement {
  /** Where the receiver is mounted. */
  readonly url: string;
  readonly sources: readonly string[];
  /** Not those of a module of the user's. */
  readonly showsPayloads: boolean;
  readonly inbox: string | undefined;
  /** Whether commands that are given no inbox find this one. */
  readonly isFound: boolean;
  /** Whether events are handled here. */
  readonly works: boolean;
  readonly forwardTo: string | undefined;
  readonly madeUpFile: string | undefined;
  /** What somebody may have forgotten to name; or nothing. */
  readonly hint: string;
  /** Whether only this machine can reach it. */
  readonly isLocal: boolean;
  /** Files made here that git would take. */
  readonly notIgnored: readonly string[];
}

/** What is said once, when it listens. */
export const announce = (announcement: Announcement, options: ListenOptions, { out }: Terminal): void => {
  const { forwardTo, hint, inbox, isFound, isLocal, madeUpFile, notIgnored, showsPayloads, sources, url, works } =
    announcement;
  if (options.json === true) {
    const forward = forwardTo === undefined ? null : shownUrl(forwardTo);
    out.line(
      jsonLine({
        kind: 'listening',
        url,
        sources,
        inbox: inbox ?? null,
        forward,
        madeUpFile: madeUpFile ?? null,
      }),
    );
    return;
  }
  const { paint } = out;
  out.line(`Listening on ${paint.bold(url)}/<source>: ${sources.join(', ')}`);
  if (inbox === undefined) out.line('  Nothing is kept (--no-inbox).');
  else if (inbox === listenInboxFile && works)
    out.line(`  Deliveries are kept in ${inbox}: mediahooks inbox list${isFound ? '' : ` --inbox ${inbox}`}`);
  else if (works) out.line(`  Deliveries are kept in ${inbox}, and handled here.`);
  else out.line(`  Deliveries are kept in ${inbox}. Their events wait there for your app.`);
  if (!showsPayloads) out.line('  Payloads are not shown: what is secret in them, only your module knows.');
  if (forwardTo !== undefined) out.line(`  What is genuine is passed on to ${shownUrl(forwardTo)}/<source>.`);
  if (madeUpFile !== undefined) {
    out.line(
      `  Nothing is configured, so secrets were made up, in ${madeUpFile} (only you can read it). No platform knows them:`,
    );
    out.line(
      `  try it with ${paint.cyan(`mediahooks send ignite video.updated${portHint(url)}`)} in another terminal, in this folder.`,
    );
    if (hint !== '') out.line(paint.yellow(`  ${hint}`));
    out.line(`  From programs on this machine, it believes X-Forwarded-For: Gcore is proven by nothing else.`);
  }
  if (notIgnored.length > 0)
    out.line(paint.yellow(`  git would take ${notIgnored.join(' and ')} from here: put that into .gitignore.`));
  if (!isLocal) out.line(paint.yellow('  Other machines can reach it, too.'));
  out.line(paint.dim('  Ctrl-C ends it.'));
};

const portHint = (url: string): string => (url === 'http://127.0.0.1:4747/webhooks' ? '' : ` --to ${url}`);
