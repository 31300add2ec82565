export { type RedisInboxOptions, redisInbox } from './redis-inbox.ts';
export type { RedisWarning, RedisWarningCode } from './warnings.ts';
