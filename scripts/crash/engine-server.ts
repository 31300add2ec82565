import { canStartPostgres, createPostgresServer } from '../../tests/services/postgres.ts';
import { canStartRedis, createRedisServer } from '../../tests/services/redis.ts';

/** The server of an engine, of this run's own, that may be killed and started again. */
export interface EngineServer {
  readonly url: string;
  start(): Promise<void>;
  /** At once, as a power cut would: nothing is finished. */
  kill(): Promise<void>;
  /** Ends it and removes its files. */
  stop(): Promise<void>;
}

const byName: Readonly<Record<string, () => Promise<EngineServer> | undefined>> = {
  postgres: () => (canStartPostgres() ? createPostgresServer() : undefined),
  // why: with any other setting Redis itself loses what it has answered when it is killed.
  redis: () => (canStartRedis() ? createRedisServer(['--appendonly', 'yes', '--appendfsync', 'always']) : undefined),
};

export const hasServer = (engine: string): boolean => Object.hasOwn(byName, engine);

/** Not started yet. @throws {Error} where the machine has no such server. */
export const createEngineServer = async (engine: string): Promise<EngineServer> => {
  const server = await byName[engine]?.();
  if (server === undefined) throw new Error(`This machine has no server for ${engine}. Install one, or give --url.`);
  return server;
};
