import type { DeliveryOutcome, EventStatus, InboxFilter } from '@mediahooks/core';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { CommandError } from '../command-error.ts';
import type { SettingsOptions } from '../settings/settings.ts';
import { unnamedInboxes } from '../settings/unnamed-inbox.ts';
import {
  addConfigOption,
  addInboxNameOption,
  addJsonOption,
  addSecretOptions,
  duration,
  time,
} from '../shared-options.ts';

/** Which inbox, and with which configuration. */
export interface InboxOptions extends SettingsOptions {
  readonly inbox?: string;
  readonly inboxName?: string;
  readonly config?: string;
  readonly json?: true;
}

export const addInboxOptions = (command: Command): Command => {
  command.option('--inbox <inbox>', `a file, postgres://… or redis://… (default: ${unnamedInboxes})`);
  addInboxNameOption(command);
  addConfigOption(command);
  return addJsonOption(addSecretOptions(command));
};

/** Which deliveries. */
export interface FilterOptions {
  readonly source?: string;
  readonly type?: string;
  /** Of a delivery, or of any of its events: as the list shows it, and the console's filter. */
  readonly outcome?: DeliveryOutcome | EventStatus;
  readonly status?: EventStatus;
  readonly subject?: string;
  readonly text?: string;
  readonly since?: number;
  readonly from?: number;
  readonly until?: number;
}

const outcomes = ['stored', 'duplicate', 'quarantined', 'rejected'] as const satisfies DeliveryOutcome[];
const statuses = [
  'pending',
  'waiting',
  'running',
  'handled',
  'ignored',
  'stale',
  'dead',
  'discarded',
] as const satisfies EventStatus[];

export const addFilterOptions = (command: Command): Command =>
  command
    .option('--source <name>', 'only of this source')
    .option('--type <type>', 'only with an event of this type')
    .addOption(
      new Option('--outcome <outcome>', 'only what became this, or has an event that did').choices([
        ...outcomes,
        ...statuses,
      ]),
    )
    .addOption(new Option('--status <status>', 'only with an event in this state').choices(statuses))
    .option('--subject <subject>', 'only about this, its source in front: "ignite video:12345"')
    .option('--text <text>', 'only with this subject, or an id that begins so (4 characters or more)')
    .option('--since <duration>', 'only of the last 15m, 2h, 7d', duration)
    .option('--from <time>', 'only received at this time or later', time)
    .option('--until <time>', 'only received before', time);

/**
 * @param now Milliseconds since the epoch.
 * @throws {CommandError} `usage` where two states of events are asked for: one filter holds one.
 */
export const filterOf = (options: FilterOptions, now: number): InboxFilter => {
  const { outcome, since, source, status, subject, text, type, until } = options;
  if (isStatus(outcome) && status !== undefined && status !== outcome) {
    throw new CommandError(
      'usage',
      `--outcome ${outcome} and --status ${status} are both states of events: give one of them.`,
    );
  }
  const from = options.from ?? (since === undefined ? undefined : now - since);
  return {
    ...(source !== undefined && { source }),
    ...(type !== undefined && { type }),
    ...(isStatus(outcome) ? { status: outcome } : outcome !== undefined && { outcome }),
    ...(status !== undefined && { status }),
    ...(subject !== undefined && { subject }),
    ...(text !== undefined && { text }),
    ...(from !== undefined && { from }),
    ...(until !== undefined && { until }),
  };
};

const isStatus = (outcome: FilterOptions['outcome']): outcome is EventStatus =>
  statuses.some((status) => status === outcome);

/** A cursor is one word without control characters. */
export const cursor = (text: string): string => {
  if (!/^[\x21-\x7e]+$/.test(text)) throw new InvalidArgumentError('It must be what the page before ended with.');
  return text;
};
