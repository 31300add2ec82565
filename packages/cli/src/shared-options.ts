import { type Command, InvalidArgumentError, Option } from 'commander';

/** Collects an option that may be given several times. */
const collect = (value: string, earlier: readonly string[] = []): readonly string[] => [...earlier, value];

/** `--json`, which every command has. */
export const addJsonOption = (command: Command, what = 'print one JSON document'): Command =>
  command.option('--json', `${what}, for other programs`);

/** Where secrets come from, beside the environment. */
export const addSecretOptions = (command: Command): Command =>
  command
    .addOption(
      new Option(
        '--env-file <file>',
        'read MEDIAHOOKS_… variables (listed by "listen --help") from a file, where the environment lacks them',
      ).argParser(collect),
    )
    .addOption(
      new Option('--secret-file <[variable=]file>', 'read one secret from a file that holds nothing else').argParser(
        collect,
      ),
    );

export const addRepeatable = (command: Command, flags: string, description: string): Command =>
  command.addOption(new Option(flags, description).argParser(collect));

/** A whole number, at least 1. */
export const positive = (text: string): number => {
  const number = /^[0-9]{1,9}$/.test(text) ? Number(text) : 0;
  if (number < 1) throw new InvalidArgumentError('It must be a whole number, 1 or more.');
  return number;
};

/** Any number above 0. */
export const above0 = (text: string): number => {
  const number = /^[0-9]+(\.[0-9]+)?$/.test(text) ? Number(text) : 0;
  if (number <= 0) throw new InvalidArgumentError('It must be a number above 0.');
  return number;
};

/** 0 lets the system choose. */
export const portNumber = (text: string): number => {
  const port = /^[0-9]{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65_535)) throw new InvalidArgumentError('It must be a number from 0 to 65535.');
  return port;
};

/** Examples under a command's help: what is typed, and what that does. */
export const addExamples = (command: Command, examples: readonly (readonly [typed: string, does: string])[]): Command =>
  command.addHelpText(
    'after',
    () => `\nExamples:\n${examples.map(([typed, does]) => `  ${typed}\n      ${does}`).join('\n')}`,
  );

export const addConfigOption = (command: Command): Command =>
  command.option('--config <module>', 'your own receiver: a module that exports "webhooks", made with createWebhooks');

export const addInboxNameOption = (command: Command): Command =>
  command.option('--inbox-name <name>', 'the schema in PostgreSQL, the prefix in Redis (default: mediahooks)');

/** `2026-11-21T10:30:00Z`, or seconds or milliseconds since the epoch. In milliseconds. */
export const time = (text: string): number => {
  const ms = /^\d{10}$/.test(text) ? Number(text) * 1000 : /^\d{13}$/.test(text) ? Number(text) : Date.parse(text);
  if (!Number.isFinite(ms)) throw new InvalidArgumentError('It must be a time like 2026-11-21T10:30:00Z.');
  return ms;
};

const unitsMs: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `30s`, `15m`, `2h`, `7d`. In milliseconds. */
export const duration = (text: string): number => {
  const [, count, unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  const unitMs = unitsMs[unit];
  if (count === undefined || unitMs === undefined)
    throw new InvalidArgumentError('It must be like 30s, 15m, 2h or 7d.');
  return Number(count) * unitMs;
};
