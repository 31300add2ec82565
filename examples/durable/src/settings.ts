const { env } = process;
const folder = env.FOLDER ?? '.';

export const settings = {
  host: env.HOST ?? '127.0.0.1',
  port: Number(env.PORT ?? 3000),
  secret: env.MEDIAHOOKS_IGNITE_SECRET ?? '',
  /** How often the handler fails on purpose, from 0 to 1. */
  failures: Number(env.FAILURES ?? 0.3),
  inbox: `${folder}/durable.db`,
  /** What the sender was answered 2xx, one id a line. */
  acknowledged: `${folder}/acknowledged.txt`,
  /** What the handler has done, one id a line. */
  handled: `${folder}/handled.txt`,
} as const;
