import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Environment } from '@mediahooks/providers/environment';
import { listenInboxFile } from '../listen/listen-options.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** The inbox of an app in this folder, as the documentation calls it. */
export const appInboxFile = 'mediahooks.db';

/** Where a command looks that is given no inbox, for its help. */
export const unnamedInboxes = `MEDIAHOOKS_INBOX, else ${appInboxFile}, else ${listenInboxFile}`;

/** The inbox that is meant where none is named: `MEDIAHOOKS_INBOX`, else an app's, else that of `mediahooks listen`; or there is none. */
export const unnamedInbox = (
  { MEDIAHOOKS_INBOX }: Environment,
  { directory }: Pick<Terminal, 'directory'>,
): string | undefined =>
  MEDIAHOOKS_INBOX ?? [appInboxFile, listenInboxFile].find((file) => existsSync(resolve(directory, file)));

/** Says which inbox was taken, where there are two that could be meant. */
export const tellUnnamed = (
  inbox: string | undefined,
  { directory, err }: Pick<Terminal, 'directory' | 'err'>,
): void => {
  if (inbox !== appInboxFile || !existsSync(resolve(directory, listenInboxFile))) return;
  err.line(
    err.paint.dim(
      `This is ${appInboxFile}. What "mediahooks listen" has kept here is elsewhere: --inbox ${listenInboxFile}.`,
    ),
  );
};
