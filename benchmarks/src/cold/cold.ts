import type { Figure, RunSettings } from '../figure.ts';
import { bundleBenchmark } from './bundle-benchmark.ts';
import { importBenchmark } from './import-benchmark.ts';

export const cold = async (settings: RunSettings): Promise<readonly Figure[]> => [
  ...(await importBenchmark(settings)),
  ...(await bundleBenchmark()),
];
