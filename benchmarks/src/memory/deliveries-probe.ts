import { createBodies } from '../core/bodies.ts';
import { mediahooks } from '../core/contestants/mediahooks.ts';
import { collectGarbage } from '../measure/collect-garbage.ts';

/** In a fresh process: `deliveries-probe.js <count>`. Receives so many deliveries and says the resident memory after each tenth, in MB. */
const count = Number(process.argv[2]);
const contestant = mediahooks();
const createBody = createBodies(1000);
const residentMb: number[] = [];
for (let delivery = 1; delivery <= count; delivery += 1) {
  const id = delivery.toString(16);
  if (!(await contestant.receive(contestant.sign(createBody(id), id)))) throw new Error('A delivery was not handled.');
  if (delivery % (count / 10) === 0) {
    collectGarbage();
    residentMb.push(process.memoryUsage.rss() / 1024 / 1024);
  }
}
process.stdout.write(JSON.stringify(residentMb));
