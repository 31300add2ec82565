import { isNearly } from '@mediahooks/core';
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
  const unknown = variables.filter((name) => !known.includes(name)).map(withGuess);
  if (unknown.length === 0) return;
  const are = unknown.length === 1 ? 'is no variable of mediahooks, and is' : 'are no variables of mediahooks, and are';
  err.line(`${err.paint.yellow('warning:')} ${unknown.join(', ')} ${are} ignored.`);
};

const withGuess = (name: string): string => {
  const meant = known.find((one) => isNearly(name, one));
  return `${printable(name)}${meant === undefined ? '' : ` (did you mean ${meant}?)`}`;
};
