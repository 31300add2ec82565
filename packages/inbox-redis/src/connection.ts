import { ConfigurationError } from '@mediahooks/core';
import type { RedisOptions } from 'ioredis';

export interface ServerOptions {
  readonly url?: string | undefined;
  readonly connection?: RedisOptions | undefined;
}

/** Where the server is, and what of that is secret. */
export interface Server {
  readonly connection: RedisOptions;
  readonly scrub: (message: string) => string;
}

/**
 * Reads where the server is. The address is never repeated in an error: it may hold a password.
 *
 * @throws {ConfigurationError} `option-invalid`.
 */
export const readServer = (owner: string, { connection, url }: ServerOptions): Server => {
  const invalid = (what: string): ConfigurationError => new ConfigurationError('option-invalid', `${owner}: ${what}`);
  if ((url === undefined) === (connection === undefined)) {
    throw invalid('give one of "url" and "connection". Is a variable like REDIS_URL not set?');
  }
  if (connection !== undefined) {
    if (typeof connection !== 'object' || connection === null || 'duplicate' in connection) {
      throw invalid('option "connection" must be ioredis options, like { host, port, password, tls }, not a client.');
    }
    if (connection.keyPrefix !== undefined) {
      throw invalid('option "connection" must have no keyPrefix; give "prefix" to the inbox instead.');
    }
    const { password, sentinelPassword } = connection;
    return { connection, scrub: scrubber([password, 'sentinelPassword' in connection ? sentinelPassword : undefined]) };
  }
  const parsed = typeof url === 'string' && URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !['redis:', 'rediss:'].includes(parsed.protocol) || parsed.hostname === '') {
    throw invalid('option "url" must be like redis://user:password@host:6379/0, or rediss://… for TLS.');
  }
  const decoded = (part: string): string | undefined => {
    if (part === '') return undefined;
    try {
      return decodeURIComponent(part);
    } catch {
      throw invalid('option "url" holds a user or password that is not percent-encoded as it should be.');
    }
  };
  const database = parsed.pathname.replace(/^\//, '');
  if (!/^[0-9]*$/.test(database)) throw invalid('option "url" may name a database by its number only.');
  const username = decoded(parsed.username);
  const password = decoded(parsed.password);
  return {
    connection: {
      host: parsed.hostname.replace(/^\[|\]$/g, ''),
      port: parsed.port === '' ? 6379 : Number(parsed.port),
      ...(database !== '' && { db: Number(database) }),
      ...(username !== undefined && { username }),
      ...(password !== undefined && { password }),
      ...(parsed.protocol === 'rediss:' && { tls: {} }),
    },
    scrub: scrubber([password, parsed.password]),
  };
};

const scrubber =
  (secrets: readonly (string | null | undefined)[]) =>
  (message: string): string =>
    secrets.reduce<string>((scrubbed, secret) => (secret ? scrubbed.replaceAll(secret, '***') : scrubbed), message);
