// A process with one engine in it: `serve.ts postgres|redis`. Says where it is, and ends, with all its files, when the process that forked it does.
import { canStartPostgres, createPostgresServer } from './postgres.ts';
import { canStartRedis, createRedisServer } from './redis.ts';

const [, , engine] = process.argv;

const create = () => {
  // why these settings: what is answered has to be on disk, as a benchmark of durable inboxes claims.
  if (engine === 'redis' && canStartRedis())
    return createRedisServer(['--appendonly', 'yes', '--appendfsync', 'always']);
  if (engine === 'postgres' && canStartPostgres()) return createPostgresServer();
  return undefined;
};

const server = await create();
process.once('disconnect', () => {
  void (server?.stop() ?? Promise.resolve()).finally(() => process.exit());
});
await server?.start();
process.send?.({ url: server?.url });
