import { createKeySet, KeySetUnavailableError } from '../../src/threeq/cognito/key-set.ts';
import { type KeySetServer, startKeySetServer } from './key-set-server.ts';
import { createSigningKey } from './signing-key.ts';

const key = createSigningKey('key-1');
const rotated = createSigningKey('key-2');
let server: KeySetServer;
let time = 0;
beforeEach(async () => {
  server = await startKeySetServer(key);
  time = 1_000_000;
});
afterEach(() => server.stop());

const keySet = () => createKeySet({ uri: server.jwksUri, now: () => time });

const exhaust = async (keys: ReturnType<typeof keySet>): Promise<void> => {
  for (let index = 0; index < 5; index += 1) expect(await keys.find(`made-up-${index}`)).toBeUndefined();
};

test('after five fetches in a row it says that it cannot tell, not that there is no such key', async () => {
  const keys = keySet();
  expect(await keys.find('key-1')).toMatchObject({ kid: 'key-1' });
  for (let index = 0; index < 4; index += 1) expect(await keys.find(`made-up-${index}`)).toBeUndefined();
  const error: unknown = await keys.find('made-up-5').catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(KeySetUnavailableError);
  expect(error).toMatchObject({ retryAfterSeconds: 3 });
  expect(server.requests).toBe(5);
  expect(await keys.find('key-1')).toMatchObject({ kid: 'key-1' });
});

test('a rotated key is known three seconds after a flood of made-up ones, at the latest', async () => {
  const keys = keySet();
  await exhaust(keys);
  server.serve([rotated]);
  time += 2_999;
  await expect(keys.find('key-2')).rejects.toThrow('not fetched again for 1 ms');
  time += 1;
  expect(await keys.find('key-2')).toMatchObject({ kid: 'key-2' });
  await expect(keys.find('made-up')).rejects.toThrow(KeySetUnavailableError);
});

test('a flood that goes on costs one fetch in three seconds', async () => {
  const keys = keySet();
  await exhaust(keys);
  for (let index = 0; index < 600; index += 1) {
    time += 100;
    await keys.find(`made-up-${index}`).catch(() => undefined);
  }
  expect(server.requests).toBe(5 + 20);
});

test('a key set that cannot be fetched is not asked for more often either', async () => {
  const keys = keySet();
  server.serve(500);
  for (let index = 0; index < 50; index += 1) {
    await expect(keys.find('key-1')).rejects.toThrow(KeySetUnavailableError);
  }
  expect(server.requests).toBe(5);
  server.serve([key]);
  time += 3_000;
  expect(await keys.find('key-1')).toMatchObject({ kid: 'key-1' });
});

test('a clock that goes back does not stop it', async () => {
  const keys = keySet();
  await exhaust(keys);
  time -= 1_000_000;
  await expect(keys.find('key-9')).rejects.toThrow(KeySetUnavailableError);
  time += 3_000;
  expect(await keys.find('key-9')).toBeUndefined();
});

test('a key that was taken back counts for an hour at most', async () => {
  const keys = keySet();
  expect(await keys.find('key-1')).toMatchObject({ kid: 'key-1' });
  server.serve([rotated]);
  time += 60 * 60 * 1000;
  expect(await keys.find('key-1')).toMatchObject({ kid: 'key-1' });
  time += 1;
  expect(await keys.find('key-1')).toBeUndefined();
});

test('an old key set is used while no newer one can be had, for a day at most', async () => {
  const keys = keySet();
  expect(await keys.find('key-1')).toMatchObject({ kid: 'key-1' });
  await server.stop();
  time += 24 * 60 * 60 * 1000;
  expect(await keys.find('key-1')).toMatchObject({ kid: 'key-1' });
  time += 1;
  await expect(keys.find('key-1')).rejects.toThrow(KeySetUnavailableError);
  await server.start();
  expect(await keys.find('key-1')).toMatchObject({ kid: 'key-1' });
});

test('a new key under an old id takes its place when the key set is fetched again', async () => {
  const keys = keySet();
  expect(await keys.find('key-1')).toMatchObject({ n: key.jwk.n });
  const renewed = createSigningKey('key-1');
  server.serve([renewed]);
  time += 60 * 60 * 1000 + 1;
  expect(await keys.find('key-1')).toMatchObject({ n: renewed.jwk.n });
});

test('a key set larger than 1 MiB is not read to its end, and none of its keys counts', async () => {
  const keys = keySet();
  const padded = (bytes: number) => `{"keys":[${JSON.stringify(key.jwk)}],"padding":"${'x'.repeat(bytes)}"}`;
  server.serve(padded(1_048_576));
  await expect(keys.find('key-1')).rejects.toThrow(/larger than 1048576 bytes/);
  server.serve(padded(1_000_000));
  expect(await keys.find('key-1')).toMatchObject({ kid: 'key-1' });
});
