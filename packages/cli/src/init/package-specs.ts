import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { shellWord } from './shell-word.ts';

export interface PackageSpecs {
  /** Whether this command runs from a clone, so that the packages are folders beside it. */
  readonly isClone: boolean;
  /** What npm is told to install for a package. */
  readonly of: (name: string) => string;
}

/** How a project gets the packages: by their names, or, from a clone that may be ahead of what is published, by the clone's folders. */
export const packageSpecs = (project: string): PackageSpecs => {
  const packages = realpathSync(fileURLToPath(new URL('../../..', import.meta.url)));
  const isClone = nameIn(join(packages, 'core')) === '@mediahooks/core';
  return {
    isClone,
    of: (name) => {
      if (!isClone || !/^(@mediahooks\/|mediahooks$)/.test(name)) return name;
      const folder = join(packages, name === 'mediahooks' ? 'cli' : name.slice('@mediahooks/'.length));
      const path = relative(project, folder).split(sep).join('/');
      // why: without the dot, npm takes a path for a repository on GitHub.
      return shellWord(/^(\.|\/|[a-z]:)/i.test(path) ? path : `./${path}`);
    },
  };
};

const nameIn = (folder: string): unknown => {
  const manifest = join(folder, 'package.json');
  return existsSync(manifest) ? JSON.parse(readFileSync(manifest, 'utf8')).name : undefined;
};
