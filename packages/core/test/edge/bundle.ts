import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

export interface EdgeBundle {
  readonly code: string;
  /** What the bundle would have to import when it runs. */
  readonly external: readonly string[];
  /** Files of this project that went in, relative to the repository. */
  readonly inputs: readonly string[];
}

const repository = fileURLToPath(new URL('../../../../', import.meta.url));

/**
 * Bundles a file of this folder as deployments to edge platforms do: under their conditions and never under `node`, from the built
 * packages (Jest's global setup builds them). What is not found fails here, `node:` imports among them.
 */
export const bundleForEdge = async (file: string): Promise<EdgeBundle> => {
  const { metafile, outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(file, import.meta.url))],
    absWorkingDir: repository,
    bundle: true,
    write: false,
    metafile: true,
    format: 'iife',
    platform: 'neutral',
    target: 'es2022',
    conditions: ['workerd', 'edge-light', 'import'],
    logLevel: 'silent',
  });
  const [output] = outputFiles;
  if (output === undefined) throw new Error(`esbuild wrote nothing for ${file}.`);
  return {
    code: output.text,
    external: Object.values(metafile.outputs).flatMap(({ imports }) => imports.map(({ path }) => path)),
    inputs: Object.keys(metafile.inputs).filter((path) => path.startsWith('packages/')),
  };
};
