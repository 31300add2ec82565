import { didYouMean } from '@mediahooks/core';
import { environmentVariables } from '@mediahooks/providers/environment';
import { printable } from '../terminal/printable.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** Every variable that a command reads: those of a receiver, and those that commands alone know. */
const known: readonly string[] = [
  ...Object.keys(environmentVariables),
  'MEDIAHOOKS_3Q_COGNITO_TOKEN',
  'MEDIAHOOKS_INBOX',
  'MEDIAHOOKS_TPSTREAMS_API_TOKEN',
  'MEDIAHOOKS_TPSTREAMS_ORGANIZATION_ID',
];

/** Names those of the variables, all of which begin with `MEDIAHOOKS_`, that nothing reads. Never with a value: it may well be a secret. */
export const tellUnknown = (variables: readonly string[], { err }: Pick<Terminal, 'err'>): void => {
  const unknown = variables.filter((name) => !known.includes(name));
  if (unknown.length === 0) return;
  const told = unknown.map(
    (name) => `${printable(name)} is no variable of mediahooks, and is ignored.${didYouMean(name, known)}`,
  );
  err.line(`${err.paint.yellow('warning:')} ${told.join(' ')}`);
};
