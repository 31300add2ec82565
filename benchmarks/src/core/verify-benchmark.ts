import { type Figure, figuresOf, type RunSettings } from '../figure.ts';
import { alternate, type Runner } from '../measure/alternate.ts';
import { timeCalls } from '../measure/time-calls.ts';
import { createBodies, createDenseBodies } from './bodies.ts';
import { checkContestant } from './check-contestant.ts';
import type { Contestant } from './contestant.ts';
import { floor } from './contestants/floor.ts';
import { mediahooks } from './contestants/mediahooks.ts';
import { octokit } from './contestants/octokit.ts';
import { standardWebhooks, svix } from './contestants/standard-webhooks.ts';
import { stripe } from './contestants/stripe.ts';
import { tern } from './contestants/tern.ts';

const bodySizes = [
  { subject: '0.2 KB', createBody: createBodies(200) },
  { subject: '1 KB', createBody: createBodies(1000) },
  { subject: '10 KB', createBody: createBodies(10_000) },
  { subject: '100 KB', createBody: createBodies(100_000) },
  { subject: '100 KB of small objects', createBody: createDenseBodies(100_000) },
  { subject: '1000 KB', createBody: createBodies(1_000_000) },
] as const;

/** Verifying, parsing and handing over one delivery, whose bytes are there. */
export const verifyBenchmark = async ({ short, add }: RunSettings): Promise<readonly Figure[]> => {
  const contestants = [floor(), mediahooks(), octokit(), stripe(), standardWebhooks(), svix(), tern()];
  if (add !== undefined) contestants.push(await loadContestant(add));
  for (const contestant of contestants) await checkContestant(contestant);
  const figures: Figure[] = [];
  for (const { subject, createBody } of bodySizes) {
    const runners: Runner[] = [];
    for (const contestant of contestants) {
      const measure = await timeCalls((count) => prepare(contestant, createBody, count), short ? 1 : 25);
      runners.push({ name: contestant.name, measure });
    }
    const alternated = await alternate(runners, 'by hand', short ? 1 : 21);
    figures.push(...figuresOf('core', subject, 'µs', 'by hand', alternated));
  }
  return figures;
};

// why: the checks before have used small ids, and a receiver that remembers would take one for a duplicate.
let signed = 0x1000;

const prepare = (
  contestant: Contestant,
  createBody: (id: string) => Buffer<ArrayBuffer>,
  count: number,
): (() => Promise<void>) => {
  const requests = Array.from({ length: count }, () => {
    signed += 1;
    const id = signed.toString(16);
    return contestant.sign(createBody(id), id);
  });
  return async () => {
    for (const request of requests) {
      if (!(await contestant.receive(request))) throw new Error(`${contestant.name} refused a genuine request.`);
    }
  };
};

/** A module that exports `contestant`, made like those in `contestants/`. */
const loadContestant = async (module: string): Promise<Contestant> => {
  const loaded: { readonly contestant?: unknown } = await import(module);
  if (!isContestant(loaded.contestant)) throw new TypeError(`${module} exports no "contestant".`);
  return loaded.contestant;
};

const isContestant = (value: unknown): value is Contestant =>
  typeof value === 'object' &&
  value !== null &&
  'name' in value &&
  typeof value.name === 'string' &&
  'sign' in value &&
  typeof value.sign === 'function' &&
  'receive' in value &&
  typeof value.receive === 'function';
