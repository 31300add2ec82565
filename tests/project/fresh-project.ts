import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { repository, runOrThrow } from './run.ts';
import type { Tarball } from './tarballs.ts';

/** What a user has beside the packages: the frameworks they are for, and a compiler. */
const companions = [
  '@koa/router',
  '@types/express',
  '@types/koa',
  '@types/node',
  '@types/react',
  'express',
  'koa',
  'next',
  'react',
  'react-dom',
  'typescript',
];

/**
 * Installs all tarballs together into an empty folder, as a user would. Everything else comes in the versions of this repository's
 * lock file, so that it is in npm's cache already.
 */
export const createFreshProject = async (folder: string, tarballs: readonly Tarball[]): Promise<void> => {
  const locked = lockedVersions();
  const dependencies = Object.fromEntries([
    ...tarballs.map(({ manifest, file }) => [manifest.name, `file:${file}`]),
    ...companions.map((name) => [name, locked[`node_modules/${name}`]?.version]),
  ]);
  // why: what the packages depend on comes in the locked versions too, so that a release of somebody else's cannot fail this.
  const overrides = Object.fromEntries(
    tarballs.flatMap(({ directory, manifest }) =>
      Object.keys(manifest.dependencies ?? {})
        .filter((name) => !name.startsWith('@mediahooks/') && !companions.includes(name))
        .map((name) => {
          const nested = locked[`packages/${basename(directory)}/node_modules/${name}`];
          return [name, (nested ?? locked[`node_modules/${name}`])?.version];
        }),
    ),
  );
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ name: 'fresh-project', private: true, type: 'module', dependencies, overrides }),
  );
  await runOrThrow('npm', ['install', '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund'], folder);
};

const lockedVersions = (): Readonly<Record<string, { readonly version?: string }>> =>
  JSON.parse(readFileSync(join(repository, 'package-lock.json'), 'utf8')).packages;
