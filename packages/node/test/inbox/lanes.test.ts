import { createLanes } from '../../src/inbox/lanes.ts';

/** Tasks that end when they are told to. */
const createTasks = () => {
  const begun: string[] = [];
  const ends = new Map<string, (error?: Error) => void>();
  return {
    begun,
    task: (name: string) => () =>
      new Promise<void>((resolve, reject) => {
        begun.push(name);
        ends.set(name, (error) => (error === undefined ? resolve() : reject(error)));
      }),
    end: async (name: string, error?: Error) => {
      ends.get(name)?.(error);
      await turn();
    },
  };
};

const turn = (): Promise<unknown> => new Promise((resolve) => setImmediate(resolve));

test('tasks run at the same time; those that share a name one after another, in their order', async () => {
  const { begun, end, task } = createTasks();
  const lanes = createLanes(10, 100);
  await lanes.run(['a'], 1, task('a1'));
  await lanes.run(['a', 'b'], 1, task('ab'));
  await lanes.run(['b'], 1, task('b1'));
  await lanes.run(['c'], 1, task('c1'));
  await turn();
  expect(begun).toEqual(['a1', 'c1']);
  await end('a1');
  expect(begun).toEqual(['a1', 'c1', 'ab']);
  await end('ab');
  expect(begun).toEqual(['a1', 'c1', 'ab', 'b1']);
  await end('b1');
  await end('c1');
  await lanes.settled();
});

test.each([
  ['tasks', 2, 100],
  ['size', 10, 20],
])('there is no room beyond its limit of %s, and always for one', async (_what, maxTasks, maxSize) => {
  const { begun, end, task } = createTasks();
  const lanes = createLanes(maxTasks, maxSize);
  await lanes.run(['a'], 10, task('a'));
  await lanes.run(['b'], 10, task('b'));
  const third = lanes.run(['c'], 1000, task('c'));
  await turn();
  expect(begun).toEqual(['a', 'b']);
  await end('a');
  await end('b');
  await third;
  await turn();
  expect(begun).toEqual(['a', 'b', 'c']);
});

test('when one has failed, none is begun any more, those neither that wait behind another; others come to their end', async () => {
  const { begun, end, task } = createTasks();
  const lanes = createLanes(10, 100);
  await lanes.run(['a'], 1, task('a1'));
  await lanes.run(['b'], 1, task('b1'));
  await lanes.run(['a'], 1, task('a2'));
  await lanes.run(['b'], 1, task('b2'));
  await turn();
  await end('a1', new Error('away'));
  await expect(lanes.run(['c'], 1, task('c1'))).rejects.toThrow('away');
  let isSettled = false;
  const settled = lanes.settled().finally(() => {
    isSettled = true;
  });
  settled.catch(() => undefined);
  await turn();
  expect(isSettled).toBe(false);
  await end('b1');
  await expect(settled).rejects.toThrow('away');
  expect(begun).toEqual(['a1', 'b1']);
});
