import { loadOnce } from '../src/load-once.ts';

test('a module is loaded when it is first asked for, once for all who wait, and then given at once', async () => {
  let loads = 0;
  const ask = loadOnce(async () => {
    loads += 1;
    return { answer: 42 };
  });
  expect(loads).toBe(0);
  const [first, second] = [ask(), ask()];
  expect(first).toBeInstanceOf(Promise);
  expect(await first).toEqual({ answer: 42 });
  expect(await second).toBe(await first);
  expect(ask()).toEqual({ answer: 42 });
  expect(loads).toBe(1);
});

test('a module that could not be loaded is tried again by the next who asks', async () => {
  let loads = 0;
  const ask = loadOnce(async () => {
    loads += 1;
    if (loads === 1) throw new Error('no such file');
    return { answer: 42 };
  });
  const [first, second] = [ask(), ask()];
  await expect(first).rejects.toThrow('no such file');
  await expect(second).rejects.toThrow('no such file');
  expect(loads).toBe(1);
  expect(await ask()).toEqual({ answer: 42 });
  expect(ask()).toEqual({ answer: 42 });
});
