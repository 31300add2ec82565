import process from 'node:process';
import { redisInbox } from '@mediahooks/inbox-redis';
import { acceptance, handling } from '../fixtures.ts';

/** Does everything with a server that is not there, or refuses the password. Run as a process of its own: url. */
const [, , url = ''] = process.argv;
const inbox = redisInbox({ url, prefix: 'none', timeoutMs: 300 });
await inbox.start(handling(1).worker);
for (const work of [() => inbox.accept(acceptance()), () => inbox.stats(), () => inbox.list({}, { limit: 1 })]) {
  await work().then(
    () => console.log('It worked.'),
    (error: unknown) => console.log(error),
  );
}
await inbox.stop({ timeoutMs: 10 });
console.log('The end.');
