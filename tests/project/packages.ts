import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from './run.ts';

/** What the tests read of a package.json. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

export interface PublicPackage {
  /** Absolute. */
  readonly directory: string;
  readonly manifest: Manifest;
}

export const readManifest = (directory: string): Manifest =>
  JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));

/** Every package under `packages/` that is published. */
export const publicPackages = (): PublicPackage[] =>
  readdirSync(join(repository, 'packages'))
    .map((folder) => join(repository, 'packages', folder))
    .map((directory) => ({ directory, manifest: readManifest(directory) }))
    .filter(({ manifest }) => manifest.private !== true);

/** What can be imported of a package: `@mediahooks/providers`, `@mediahooks/providers/gcore`, … */
export const entryPoints = ({ name, exports = {} }: Manifest): string[] =>
  Object.keys(exports)
    .filter((path) => path !== './package.json')
    .map((path) => name + path.slice(1));
