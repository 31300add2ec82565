import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { DeliveryOptions, JsonValue, Tamper, TestDelivery } from '@mediahooks/testing';
import * as z from 'zod';
import { CommandError } from '../command-error.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { describeFailure, post } from '../http/post.ts';
import { receiverUrl } from '../http/receiver-url.ts';
import type { Platform } from '../platforms/platform.ts';
import { findPlatform } from '../platforms/platforms.ts';
import { readInput } from '../read-file.ts';
import { createNeededSecrets } from '../settings/needed-secrets.ts';
import { readSettings, tellMadeUp } from '../settings/settings.ts';
import { createProgressBar } from '../terminal/progress-bar.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { applyEdits, type PayloadEdit, readEdit } from './payload-edits.ts';
import { type Job, planJobs } from './plan.ts';
import { printReport } from './report.ts';
import { runJobs } from './run-jobs.ts';
import type { SendOptions } from './send-options.ts';
import { createTally } from './tally.ts';

/** `mediahooks send <source> <type>` */
export const send = async (
  source: string,
  type: string,
  options: SendOptions,
  terminal: Terminal,
): Promise<ExitCode> => {
  const platform = findPlatform(source);
  const types = type === 'all' ? platform.types : [type];
  // why: before anybody is asked for a secret.
  for (const one of types) platform.checkType(one);
  const name = options.as ?? platform.source;
  const to = receiverUrl('--to', options.to, name);
  const tamper = options.tamper === true ? 'credential' : options.tamper;
  checkTamper(platform, tamper);
  const edits = (options.set ?? []).map(readEdit);
  const file = options.file === undefined ? undefined : await readInput(options.file, terminal);
  const settings = readSettings(options, terminal, platform.secretVariable);
  if (platform.secretVariable !== undefined) tellMadeUp(settings, terminal);
  const build = await platform.prepare(createNeededSecrets(settings, terminal));
  const make = ({ n, type: one }: Job): TestDelivery =>
    build(one, n, { source: name, ...bodyOptions(platform, edits, n, file), ...(tamper !== undefined && { tamper }) });
  // why: what cannot be built at all is found before the first request.
  for (const one of types) make({ type: one, n: 1 });

  const { concurrency, count, rate } = options;
  const jobs = planJobs({
    types,
    count,
    duplicate: options.duplicate === true,
    shuffle: options.shuffle === true,
    random: Math.random,
  });
  const tally = createTally();
  const signal = terminal.interruption();
  const Agent = to.startsWith('https:') ? HttpsAgent : HttpAgent;
  const agent = new Agent({ keepAlive: true, maxSockets: concurrency });
  const bar = createProgressBar(terminal.err, jobs.length, () => performance.now());
  const again = onceMore(make);
  const startedAt = performance.now();
  await runJobs({
    jobs,
    concurrency,
    rate,
    signal,
    async run(job) {
      const delivery = options.duplicate === true ? again(job) : make(job);
      const url = `${to}${delivery.path}`;
      try {
        tally.answered(await post({ ...delivery, url, agent, signal, timeoutMs: options.timeout * 1000 }));
      } catch (error) {
        if (!signal.aborted) tally.unanswered(describeFailure(error));
      }
      bar.at(tally.done);
    },
  });
  bar.end();
  agent.destroy();
  printReport(
    {
      source: name,
      type,
      to,
      planned: jobs.length,
      tally,
      tampered: tamper !== undefined,
      provider: platform.provider,
      durationMs: performance.now() - startedAt,
      interrupted: signal.aborted,
    },
    options,
    terminal,
  );
  if (signal.aborted) return exitCodes.interrupted;
  if (tally.failed > 0) return exitCodes.unavailable;
  const isAsWanted = tamper === undefined ? tally.refused === 0 : tally.accepted === 0;
  return isAsWanted ? exitCodes.done : exitCodes.refused;
};

/** @throws {CommandError} `usage` for what would spoil nothing that is checked. */
const checkTamper = ({ provider, signsBody, source }: Platform, tamper: Tamper | undefined): void => {
  if (tamper === 'body' && !signsBody) {
    throw new CommandError(
      'usage',
      `${source} does not sign its bodies, so no receiver can notice a changed one. Try --tamper credential.`,
    );
  }
  if (provider === 'gcore' && tamper !== undefined && tamper !== 'credential') {
    throw new CommandError(
      'usage',
      `${source} is proven by its address alone, which can only be another one: --tamper credential.`,
    );
  }
};

const jsonValue: z.ZodType<JsonValue> = z.json();

/** The body as it was given, to the byte; or the example, or the file, with fields changed. */
const bodyOptions = (
  platform: Platform,
  edits: readonly PayloadEdit[],
  n: number,
  file: Uint8Array | undefined,
): DeliveryOptions => {
  if (edits.length === 0) return file === undefined ? {} : { body: file };
  return { payload: (example) => applyEdits(file === undefined ? example : parseFile(file), edits, platform, n) };
};

const parseFile = (file: Uint8Array): JsonValue => {
  try {
    return jsonValue.parse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(file)));
  } catch {
    throw new CommandError('usage', '--set changes fields of JSON, and what --file gave is not JSON in UTF-8.');
  }
};

/** Makes a delivery at its first request, and gives the same at its second. */
const onceMore = (make: (job: Job) => TestDelivery): ((job: Job) => TestDelivery) => {
  const made = new Map<Job, TestDelivery>();
  return (job) => {
    const earlier = made.get(job);
    if (earlier !== undefined) {
      made.delete(job);
      return earlier;
    }
    const delivery = make(job);
    made.set(job, delivery);
    return delivery;
  };
};
