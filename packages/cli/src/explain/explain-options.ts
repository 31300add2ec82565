import type { SettingsOptions } from '../settings/settings.ts';

/** The command line of `explain`, as it is parsed. */
export interface ExplainOptions extends SettingsOptions {
  readonly inbox?: string;
  readonly inboxName?: string;
  readonly config?: string;
  readonly path: string;
  readonly address?: string;
  /** Milliseconds since the epoch. */
  readonly received?: number;
  readonly entry?: number;
  readonly json?: true;
}
