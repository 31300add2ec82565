import { createRunning } from '../src/running.ts';
import { settled } from './standing-clock.ts';

test('idle resolves at once where nothing goes on', async () => {
  await expect(createRunning().idle()).resolves.toBeUndefined();
});

test('idle resolves for all who wait once the last has ended, and not before', async () => {
  const running = createRunning();
  running.begin();
  running.begin();
  let idle = 0;
  for (const waiting of [running.idle(), running.idle()]) {
    void waiting.then(() => {
      idle += 1;
    });
  }
  running.end();
  await settled();
  expect([idle, running.count]).toEqual([0, 1]);
  running.end();
  await settled();
  expect([idle, running.count]).toEqual([2, 0]);
});
