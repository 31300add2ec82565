import { randomBytes } from 'node:crypto';
import { mkdirSync, realpathSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { CommandError } from '../command-error.ts';
import { jsonLine } from '../terminal/json-line.ts';
import { printable } from '../terminal/printable.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { type ChosenSource, isChosenSource, sourceTemplates } from './chosen-source.ts';
import { packageSpecs } from './package-specs.ts';
import { planInit } from './plan-init.ts';
import { type Framework, frameworks, type Project, readProject } from './project.ts';
import { shellWord } from './shell-word.ts';
import { writeFiles } from './write-files.ts';

export interface InitOptions {
  readonly framework?: Framework;
  readonly dir: string;
  readonly json?: true;
}

export const init = (
  named: readonly string[],
  options: InitOptions,
  { directory, out, ...terminal }: Terminal,
): void => {
  const sources = readSources(named);
  const folder = resolve(directory, options.dir);
  const project = projectIn(folder, options.dir);
  const framework = options.framework ?? frameworkOf(project);
  mkdirSync(folder, { recursive: true });
  const specs = packageSpecs(realpathSync(folder));
  const { files, steps } = planInit(project, {
    framework,
    sources,
    createSecret: () => {
      const secret = randomBytes(24).toString('hex');
      terminal.hide(secret);
      return secret;
    },
    packageSpec: specs.of,
    needsCommand: specs.isClone,
  });
  const { kept, written } = writeFiles(folder, files);
  const way = relative(directory, folder);
  // why: what follows is said for the project's own folder.
  const next = way === '' ? steps : [`cd ${shellWord(way)}`, ...steps];
  if (options.json === true) {
    out.line(jsonLine({ framework, sources, written, kept, next }));
    return;
  }
  for (const path of written) out.line(`${out.paint.green('wrote')}  ${path}`);
  for (const path of kept) out.line(`${out.paint.yellow('kept')}   ${path}, as it is: it was there already`);
  out.line(`\n${out.paint.bold('Next:')}`);
  for (const step of next) out.line(`  ${printable(step)}`);
};

const readSources = (named: readonly string[]): readonly ChosenSource[] => {
  const unknown = named.find((name) => !isChosenSource(name));
  if (unknown === undefined) return [...new Set(named.filter(isChosenSource))];
  const known = Object.keys(sourceTemplates).join(', ');
  throw new CommandError('usage', `There is no platform ${JSON.stringify(unknown)}. There are: ${known}.`);
};

const projectIn = (folder: string, shown: string): Project => {
  try {
    return readProject(folder);
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw new CommandError('file-unreadable', `The package.json in ${JSON.stringify(shown)} cannot be read.`, {
      cause: error,
    });
  }
};

const frameworkOf = ({ frameworks: found, hasManifest }: Project): Framework => {
  const [only, ...others] = found;
  if (only !== undefined && others.length === 0) return only;
  const why =
    only !== undefined
      ? `package.json depends on ${found.join(' and ')}`
      : hasManifest
        ? `package.json depends on none of ${frameworks.join(', ')}`
        : 'There is no package.json here';
  throw new CommandError('usage', `${why}. Say which it is for: --framework ${frameworks.join('|')}.`);
};
