import { compiler, runScript } from './run.ts';

/**
 * Jest's global setup: builds what tests run from `dist` (packaging, documentation, examples), so that no build can be stale. A type
 * error is shown and does not stop the tests: they run from the sources, and `npm run types` fails for it.
 */
const build = async (): Promise<void> => {
  const { status, output } = await runScript(compiler, ['-b']);
  if (status !== 0) console.error(`tsc -b found errors; tests of the built packages may fail.\n${output}`);
};

// biome-ignore lint/style/noDefaultExport: Jest wants it so.
export default build;
