import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import * as z from 'zod';
import { readTextFile } from '../read-file.ts';

export const frameworks = ['express', 'koa', 'next'] as const;

export type Framework = (typeof frameworks)[number];

/** What there is already in the folder that a receiver is written into. */
export interface Project {
  readonly directory: string;
  readonly hasManifest: boolean;
  /** Those among its dependencies. */
  readonly frameworks: readonly Framework[];
  readonly dependencies: ReadonlySet<string>;
  readonly isTypeScript: boolean;
  /** Whether imports of its own files may end in `.ts`. */
  readonly importsTsExtensions: boolean;
  /** Whether `.js` files are ES modules. */
  readonly isModule: boolean;
  /** `src` or empty. */
  readonly base: string;
  /** The file the app is started by, where one is found. */
  readonly entry: string | undefined;
  /** Whether that mounts a receiver already. */
  readonly isMounted: boolean;
  /** Names that `.env` gives a value. */
  readonly variables: ReadonlySet<string>;
  /** Next.js: the folder of the App Router or of pages, where there is one. */
  readonly routes: { readonly kind: 'app' | 'pages'; readonly folder: string } | undefined;
  /** The text of `.gitignore`, where there is one. */
  readonly ignored: string | undefined;
  readonly has: (path: string) => boolean;
}

const manifestSchema = z.looseObject({
  type: z.string().optional(),
  main: z.string().optional(),
  dependencies: z.record(z.string(), z.unknown()).optional(),
  devDependencies: z.record(z.string(), z.unknown()).optional(),
});

/**
 * Looks at a folder.
 *
 * @throws {CommandError} `file-unreadable`; a SyntaxError or a ZodError where its package.json is none.
 */
export const readProject = (directory: string): Project => {
  const has = (path: string): boolean => existsSync(join(directory, path));
  const isFile = (path: string): boolean => has(path) && statSync(join(directory, path)).isFile();
  const textOf = (path: string): string => (isFile(path) ? readTextFile(path, { directory }) : '');
  const hasManifest = has('package.json');
  const manifest = manifestSchema.parse(hasManifest ? JSON.parse(textOf('package.json')) : {});
  const dependencies = new Set(Object.keys({ ...manifest.dependencies, ...manifest.devDependencies }));
  // why: tsconfig.json may hold comments, and extend others; a wrong guess costs the user one changed import.
  const importsTsExtensions = /"(allowImportingTsExtensions|rewriteRelativeImportExtensions)"\s*:\s*true/.test(
    textOf('tsconfig.json'),
  );
  const base = has('src') ? 'src' : '';
  // why: npm lets `main` name a folder, too.
  const main = manifest.main !== undefined && isFile(manifest.main) ? manifest.main : undefined;
  const entry = main ?? entryNames.find(isFile);
  return {
    directory,
    hasManifest,
    frameworks: frameworks.filter((name) => dependencies.has(name)),
    dependencies,
    isTypeScript: has('tsconfig.json'),
    importsTsExtensions,
    isModule: manifest.type === 'module',
    base,
    entry,
    isMounted: entry !== undefined && textOf(entry).includes('webhookMiddleware('),
    variables: new Set(
      Object.entries(parseEnv(textOf('.env'))).flatMap(([name, value]) => (value === '' ? [] : [name])),
    ),
    routes: (['app', 'pages'] as const)
      .flatMap((kind) => [kind, `src/${kind}`].filter(has).map((folder) => ({ kind, folder })))
      .at(0),
    ignored: has('.gitignore') ? textOf('.gitignore') : undefined,
    has,
  };
};

const entryNames = ['', 'src/'].flatMap((folder) =>
  ['server', 'app', 'index', 'main'].flatMap((name) =>
    ['ts', 'mts', 'js', 'mjs', 'cjs'].map((extension) => `${folder}${name}.${extension}`),
  ),
);
