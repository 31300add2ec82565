import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import type { Figure } from '../figure.ts';
import { spreadOf } from '../measure/spread.ts';
import { type BundleContestant, bundleContestants } from './contestants.ts';

/** The size of an edge function. Measured once: it is the same every time. */
export const bundleBenchmark = async (): Promise<readonly Figure[]> => {
  const figures: Figure[] = [];
  for (const contestant of bundleContestants) {
    const bytes = await bundle(contestant);
    figures.push({
      group: 'cold',
      subject: 'bundle, minified and gzipped',
      contestant: contestant.name,
      unit: 'KB',
      value: spreadOf([gzipSync(bytes, { level: 9 }).length / 1000]),
    });
  }
  return figures;
};

const bundle = async ({ code, external }: BundleContestant): Promise<Uint8Array> => {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: fileURLToPath(new URL('.', import.meta.url)), loader: 'js' },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    conditions: ['workerd', 'worker', 'edge-light'],
    external: [...external],
    logLevel: 'error',
  });
  const [output] = outputFiles;
  if (output === undefined) throw new Error('The bundler gave nothing.');
  return output.contents;
};
