import { mkdtempSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import type { PublicPackage } from './packages.ts';
import { runOrThrow } from './run.ts';

export interface Tarball extends PublicPackage {
  /** The packed file, absolute. */
  readonly file: string;
  /** Where it is unpacked, absolute. */
  readonly unpacked: string;
  /** Paths in it, with `/`, sorted. */
  readonly paths: readonly string[];
}

/** A new, empty folder outside the repository. */
export const temporaryFolder = (name: string): string =>
  realpathSync(mkdtempSync(join(tmpdir(), `mediahooks-${name}-`)));

/** Packs packages as `npm publish` would, and unpacks what came out. */
export const pack = async (packages: readonly PublicPackage[], destination: string): Promise<Tarball[]> => {
  const workspaces = packages.flatMap(({ manifest }) => ['--workspace', manifest.name]);
  await runOrThrow('npm', ['pack', '--ignore-scripts', '--pack-destination', destination, ...workspaces]);
  return Promise.all(
    packages.map(async ({ directory, manifest }) => {
      const file = join(destination, `${manifest.name.replace(/^@/, '').replaceAll('/', '-')}-${manifest.version}.tgz`);
      const unpacked = `${file}.unpacked`;
      await runOrThrow('mkdir', [unpacked]);
      await runOrThrow('tar', ['-xzf', file, '-C', unpacked, '--strip-components=1']);
      return { directory, manifest, file, unpacked, paths: filesIn(unpacked) };
    }),
  );
};

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .sort();

export const contentOf = (tarball: Tarball, path: string): string => readFileSync(join(tarball.unpacked, path), 'utf8');
