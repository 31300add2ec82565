import { createBodies } from '../core/bodies.ts';
import { mediahooks } from '../core/contestants/mediahooks.ts';
import { collectGarbage } from '../measure/collect-garbage.ts';
import { spreadOf } from '../measure/spread.ts';
import type { MemorySample } from './memory-sample.ts';

/** In a fresh process: `deliveries-probe.js <count>`. Receives so many deliveries and says what memory it takes after each tenth. */
const count = Number(process.argv[2]);
const contestant = mediahooks();
const createBody = createBodies(1000);

/** Garbage is collected before each of several readings: one alone may come while memory is given back to the system. */
const readMemory = async (): Promise<MemorySample> => {
  const resident: number[] = [];
  const held: number[] = [];
  for (let reading = 0; reading < 5; reading += 1) {
    collectGarbage();
    await new Promise((resolve) => setTimeout(resolve, 20));
    const { external, heapUsed, rss } = process.memoryUsage();
    resident.push(rss / 1024 / 1024);
    held.push((heapUsed + external) / 1024 / 1024);
  }
  return { residentMb: spreadOf(resident).median, heldMb: spreadOf(held).median };
};

const samples: MemorySample[] = [];
for (let delivery = 1; delivery <= count; delivery += 1) {
  const id = delivery.toString(16);
  if (!(await contestant.receive(contestant.sign(createBody(id), id)))) throw new Error('A delivery was not handled.');
  if (delivery % (count / 10) === 0) samples.push(await readMemory());
}
process.stdout.write(JSON.stringify(samples));
