import { parseArgs } from 'node:util';
import { engineNames } from './engines.ts';

export interface CrashOptions {
  readonly inbox: string;
  readonly cycles: number;
  readonly seed: number;
  readonly url: string | undefined;
  /** Where nothing more is handled for so long, the rest is lost. */
  readonly quietMs: number;
}

export const help = `Kills a receiver with SIGKILL at random moments, under load, and counts what it has lost.

  npm run crash -- --inbox sqlite --cycles 100

  --inbox    ${engineNames.join(', ')}; or the path of a module that exports openInbox
  --cycles   how often it is killed; default 10
  --seed     repeats a run's moments and failures; printed by each run
  --quiet    milliseconds without a handled event after which the rest is lost; default 30000, longer than every lease
  --url      the server's address (postgres, redis); default: DATABASE_URL, REDIS_URL, or this machine

Ends with status 1 if a delivery that was answered 2xx was lost, or an event was handled after that was recorded.
`;

/** @throws {Error} for what cannot be read, with a message for whoever typed it. */
export const readCommandLine = (args: readonly string[]): CrashOptions | undefined => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      inbox: { type: 'string', default: 'sqlite' },
      cycles: { type: 'string', default: '10' },
      seed: { type: 'string' },
      url: { type: 'string' },
      quiet: { type: 'string', default: '30000' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help === true) return undefined;
  const whole = (name: string, text: string, least: number): number => {
    const value = Number(text);
    if (!Number.isSafeInteger(value) || value < least)
      throw new Error(`--${name} must be a whole number from ${least}.`);
    return value;
  };
  return {
    inbox: values.inbox,
    cycles: whole('cycles', values.cycles, 1),
    seed: values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : whole('seed', values.seed, 0),
    url: values.url,
    quietMs: whole('quiet', values.quiet, 1),
  };
};
