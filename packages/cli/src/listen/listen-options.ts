import type { SettingsOptions } from '../settings/settings.ts';

/** The command line of `listen`, as it is parsed. */
export interface ListenOptions extends SettingsOptions {
  readonly port: number;
  readonly host: string;
  readonly path: string;
  /** `false` for `--no-inbox`. */
  readonly inbox?: string | false;
  readonly inboxName?: string;
  readonly forward?: string;
  readonly config?: string;
  readonly full?: true;
  readonly json?: true;
}

/** The inbox where none is named. Apps have another: what waits there for an app would be handled here, by nothing but being shown. */
export const listenInboxFile = 'mediahooks-listen.db';
