import { parseArgs } from 'node:util';
import { hasServer } from './engine-server.ts';
import { engineNames, keepsFiles } from './engines.ts';

export const victims = ['process', 'engine', 'both', 'power'] as const;
/** What is killed: the receiver's process, the engine's server, each at moments of its own, or the process with the disk it writes to. */
export type Victim = (typeof victims)[number];

export interface CrashOptions {
  readonly inbox: string;
  readonly cycles: number;
  readonly kill: Victim;
  readonly seed: number;
  /** Of a server that runs already, and is left alone; `undefined` for one of the run's own. */
  readonly url: string | undefined;
  /** Where nothing more is handled for so long, the rest is lost. */
  readonly quietMs: number;
}

export const help = `Kills a receiver, or the server of its inbox, at random moments under load, and counts what was lost.

  npm run crash -- --inbox sqlite --cycles 100

  --inbox    ${engineNames.join(', ')}; or the path of a module that exports openInbox
  --kill     process, with SIGKILL (the default); engine: the PostgreSQL or Redis server, which is then started again; both; or
             power: the process, and what it has written and not flushed is gone (sqlite; on Linux, as root)
  --cycles   how often; default 10
  --seed     repeats a run's moments and failures; printed by each run
  --quiet    milliseconds without a handled event after which the rest is lost; default 30000, longer than every lease
  --url      a server's address (postgres, redis), where one runs already; default: one is started for the run

Ends with status 1 if a delivery that was answered 2xx was lost, or an event was handled after that was recorded.
`;

/** @throws {Error} for what cannot be read, with a message for whoever typed it. */
export const readCommandLine = (args: readonly string[]): CrashOptions | undefined => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      inbox: { type: 'string', default: 'sqlite' },
      cycles: { type: 'string', default: '10' },
      kill: { type: 'string', default: 'process' },
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
  const kill = victims.find((victim) => victim === values.kill);
  if (kill === undefined) throw new Error(`--kill must be one of ${victims.join(', ')}.`);
  if (kill === 'power' && !keepsFiles(values.inbox))
    throw new Error(`--kill power: ${values.inbox} has no files of its own.`);
  if (['engine', 'both'].includes(kill) && !hasServer(values.inbox))
    throw new Error(`--kill ${kill}: ${values.inbox} has no server.`);
  if (kill !== 'process' && values.url !== undefined)
    throw new Error(`--kill ${kill}: the server of --url is left alone.`);
  return {
    inbox: values.inbox,
    kill,
    cycles: whole('cycles', values.cycles, 1),
    seed: values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : whole('seed', values.seed, 0),
    url: values.url,
    quietMs: whole('quiet', values.quiet, 1),
  };
};
