import { type ChosenSource, templateOf } from './chosen-source.ts';
import type { Framework } from './project.ts';

/** The text of a `.env`: every variable the sources read, with a made-up secret or a value to begin with. */
export const environmentFile = (
  framework: Framework,
  sources: readonly ChosenSource[],
  createSecret: () => string,
): string =>
  [
    '# Secrets to try with. Put in what the platforms show you, and keep this file out of git.',
    ...sources.flatMap((source) =>
      templateOf(source).variables.flatMap(([name, value, purpose]) => [
        `# ${purpose}`,
        `${name}=${value.replace('{secret}', createSecret)}`,
      ]),
    ),
    ...(sources.some((source) => templateOf(source).needsAddress)
      ? [
          '# How many proxies are in front of this app. One too many, and anybody can pretend to have the address of a platform.',
          // why: Next.js shows no socket's address, so that without a proxy a platform proven by its address cannot be received.
          `MEDIAHOOKS_TRUST_PROXY=${framework === 'next' ? 1 : 0}`,
        ]
      : []),
    '',
  ].join('\n');

export const variablesOf = (sources: readonly ChosenSource[]): string[] =>
  sources.flatMap((source) => templateOf(source).variables.map(([name]) => name));
