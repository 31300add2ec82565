import type { Figure, RunSettings } from '../figure.ts';
import { addressBenchmark } from './address-benchmark.ts';
import { jwtBenchmark } from './jwt-benchmark.ts';
import { refusalBenchmark } from './refusal-benchmark.ts';
import { verifyBenchmark } from './verify-benchmark.ts';

export const core = async (settings: RunSettings): Promise<readonly Figure[]> => [
  ...(await verifyBenchmark(settings)),
  ...(await addressBenchmark(settings)),
  ...(await jwtBenchmark(settings)),
  ...(await refusalBenchmark(settings)),
];
