import type { Figure, RunSettings } from '../figure.ts';
import { deliveriesBenchmark } from './deliveries-benchmark.ts';
import { slowConnectionsBenchmark } from './slow-connections-benchmark.ts';

export const memory = async (settings: RunSettings): Promise<readonly Figure[]> => [
  ...(await deliveriesBenchmark(settings)),
  ...(await slowConnectionsBenchmark(settings)),
];
