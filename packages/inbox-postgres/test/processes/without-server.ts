import process from 'node:process';
import { postgresInbox } from '@mediahooks/inbox-postgres';
import { acceptance, handling } from '../fixtures.ts';

/** Does everything with a server that is not there, or refuses the password. Run as a process of its own: url. */
const [, , connectionString = ''] = process.argv;
const inbox = postgresInbox({ connectionString, timeoutMs: 300 });
const say = (error: unknown): void => console.log(error);
await inbox.start(handling().worker).catch(say);
for (const work of [() => inbox.accept(acceptance()), () => inbox.stats(), () => inbox.list({}, { limit: 1 })]) {
  await work().then(() => console.log('It worked.'), say);
}
await inbox.stop({ timeoutMs: 10 });
console.log('The end.');
