import type { Redis } from 'ioredis';

export type RedisWarningCode =
  | 'MEDIAHOOKS_REDIS_EVICTION'
  | 'MEDIAHOOKS_REDIS_NOT_PERSISTENT'
  | 'MEDIAHOOKS_REDIS_SNAPSHOTS_ONLY'
  | 'MEDIAHOOKS_REDIS_FSYNC_OFF'
  | 'MEDIAHOOKS_REDIS_SETTINGS_UNKNOWN'
  | 'MEDIAHOOKS_REDIS_UNREACHABLE';

/** Something an operator should know. */
export interface RedisWarning {
  /** Stable. */
  readonly code: RedisWarningCode;
  readonly message: string;
}

/** The server's settings as far as they are known. */
export interface PersistenceSettings {
  readonly appendonly?: string | undefined;
  readonly appendfsync?: string | undefined;
  readonly save?: string | undefined;
  readonly maxmemoryPolicy?: string | undefined;
}

/**
 * What of a server's settings breaks the promise that an answered delivery is never lost.
 *
 * Source: https://redis.io/docs/latest/operate/oss_and_stack/management/persistence/
 */
export const warningsOf = (settings: PersistenceSettings): RedisWarning[] => {
  const { appendfsync, appendonly, maxmemoryPolicy, save } = settings;
  const warnings: RedisWarning[] = [];
  const warn = (code: RedisWarningCode, message: string): void => {
    warnings.push({ code, message });
  };
  const advice = 'Set appendonly yes, and appendfsync always (nothing is lost) or everysec (up to a second is).';
  if (appendonly === undefined) {
    warn(
      'MEDIAHOOKS_REDIS_SETTINGS_UNKNOWN',
      'The Redis server does not say whether it keeps anything on disk. Find out: an answered delivery is only as safe as that.',
    );
  } else if (appendonly === 'no' && save === '') {
    warn(
      'MEDIAHOOKS_REDIS_NOT_PERSISTENT',
      `The Redis server keeps nothing on disk: when it restarts, every delivery is lost. ${advice}`,
    );
  } else if (appendonly === 'no') {
    const what = save === undefined ? 'no append-only file' : `snapshots only (save ${save})`;
    warn(
      'MEDIAHOOKS_REDIS_SNAPSHOTS_ONLY',
      `The Redis server keeps ${what}: when it dies, what was answered since the last snapshot is lost. ${advice}`,
    );
  } else if (appendfsync === 'no') {
    warn(
      'MEDIAHOOKS_REDIS_FSYNC_OFF',
      `The Redis server leaves it to the system when its file is written (appendfsync no): half a minute can be lost. ${advice}`,
    );
  }
  if (maxmemoryPolicy !== undefined && maxmemoryPolicy !== 'noeviction') {
    warn(
      'MEDIAHOOKS_REDIS_EVICTION',
      `The Redis server throws keys away when its memory is full (maxmemory-policy ${maxmemoryPolicy}), deliveries among them. ` +
        'Set maxmemory-policy noeviction.',
    );
  }
  return warnings;
};

/**
 * Asks the server for its settings. Where it keeps CONFIG to itself, as hosted ones do, INFO says some of it. Rejects where the
 * connection is lost: then nothing is known yet.
 */
export const readSettings = async (redis: Redis): Promise<PersistenceSettings> => {
  const setting = async (name: string): Promise<string | undefined> => {
    const reply = await redis.call('CONFIG', ['GET', name]).catch(unlessRefused);
    const value: unknown = Array.isArray(reply) ? reply[1] : undefined;
    return typeof value === 'string' ? value : undefined;
  };
  const info = (await redis.info().catch(unlessRefused)) ?? '';
  const told = (name: string): string | undefined => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1];
  const enabled = told('aof_enabled');
  return {
    appendonly: (await setting('appendonly')) ?? (enabled === undefined ? undefined : enabled === '0' ? 'no' : 'yes'),
    appendfsync: await setting('appendfsync'),
    save: await setting('save'),
    maxmemoryPolicy: (await setting('maxmemory-policy')) ?? told('maxmemory_policy'),
  };
};

/** A server that refuses a command says so; any other error is the connection's. */
const unlessRefused = (error: unknown): undefined => {
  if (error instanceof Error && error.name === 'ReplyError') return undefined;
  throw error;
};

/** Hands a warning to Node, which prints it once to the console, and to whoever listens for `process.on('warning', …)`. */
export const emitWarning = ({ code, message }: RedisWarning): void => {
  process.emitWarning(message, { type: 'MediahooksWarning', code });
};
