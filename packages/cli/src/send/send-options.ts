import type { Tamper } from '@mediahooks/testing';
import type { SettingsOptions } from '../settings/settings.ts';

/** The command line of `send`, as it is parsed. */
export interface SendOptions extends SettingsOptions {
  readonly to: string;
  readonly list?: true;
  readonly as?: string;
  readonly set?: readonly string[];
  readonly file?: string;
  readonly count: number;
  readonly rate?: number;
  readonly concurrency: number;
  readonly duplicate?: true;
  readonly shuffle?: true;
  readonly tamper?: Tamper | true;
  /** Seconds. */
  readonly timeout: number;
  readonly json?: true;
}
