import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build, type Metafile } from 'esbuild';
import type { Figure } from '../figure.ts';
import { spreadOf } from '../measure/spread.ts';
import { type BundleContestant, bundleContestants } from './contestants.ts';

/** The size of an edge function. Measured once: it is the same every time. */
export const bundleBenchmark = async (): Promise<readonly Figure[]> => {
  const figures: Figure[] = [];
  for (const contestant of bundleContestants) {
    const whole = await bundle(contestant, false);
    const split = await bundle(contestant, true);
    const sizes = {
      'bundle in one file, minified and gzipped': sum(whole.values()),
      'bundle in chunks, what is loaded at first': sum(filesAtFirst(split)),
      'bundle in chunks, all of them': sum(split.values()),
    };
    for (const [subject, bytes] of Object.entries(sizes)) {
      figures.push({
        group: 'cold',
        subject,
        contestant: contestant.name,
        unit: 'KB',
        value: spreadOf([bytes / 1000]),
      });
    }
  }
  return figures;
};

interface BundledFile {
  /** Bytes, minified and gzipped on its own. */
  readonly size: number;
  readonly isEntry: boolean;
  /** Files that it imports by `import`, not by `import()`. */
  readonly needs: readonly string[];
}

type Bundle = ReadonlyMap<string, BundledFile>;

const sum = (files: Iterable<BundledFile>): number => [...files].reduce((total, { size }) => total + size, 0);

/** The entry, and whatever must be there before it can run. */
const filesAtFirst = (files: Bundle): ReadonlySet<BundledFile> => {
  const first = new Set([...files.values()].filter(({ isEntry }) => isEntry));
  // why: a set goes on to what is added meanwhile, so that chunks of chunks are found too.
  for (const { needs } of first) {
    for (const path of needs) {
      const needed = files.get(path);
      if (needed !== undefined) first.add(needed);
    }
  }
  return first;
};

const entryName = 'entry.js';

const bundle = async ({ code, external }: BundleContestant, splitting: boolean): Promise<Bundle> => {
  const folder = fileURLToPath(new URL('.', import.meta.url));
  const { metafile, outputFiles } = await build({
    stdin: { contents: code, resolveDir: folder, sourcefile: entryName, loader: 'js' },
    absWorkingDir: folder,
    outdir: folder,
    entryNames: 'entry',
    chunkNames: 'chunk-[hash]',
    bundle: true,
    splitting,
    minify: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    conditions: ['workerd', 'worker', 'edge-light'],
    external: [...external],
    logLevel: 'error',
  });
  const contents = new Map(outputFiles.map((file) => [file.path, file.contents]));
  const files = new Map(
    Object.entries(metafile.outputs).map(([path, output]) => {
      const bytes = contents.get(`${folder}${path}`);
      if (bytes === undefined) throw new Error(`The bundler names ${path} and did not give it.`);
      return [
        path,
        { size: gzipSync(bytes, { level: 9 }).length, isEntry: path === entryName, needs: needsOf(output) },
      ];
    }),
  );
  if (!files.has(entryName)) throw new Error('The bundler gave no entry.');
  return files;
};

const needsOf = ({ imports }: Metafile['outputs'][string]): readonly string[] =>
  imports.filter(({ kind, external }) => kind === 'import-statement' && external !== true).map(({ path }) => path);
