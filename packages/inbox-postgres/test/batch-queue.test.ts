import { settled, standingClock } from '../../core/test/standing-clock.ts';
import { createBatchQueue } from '../src/batch-queue.ts';
import { TransactionError } from '../src/failure.ts';

const lost = new TransactionError('the connection was lost', false, undefined, true);
const late = new TransactionError('the database did not answer within 4000 ms', true, undefined);

const scene = (run: (items: readonly number[]) => Promise<readonly number[]>, mayRepeat = true) => {
  const clock = standingClock();
  const queue = createBatchQueue({
    clock,
    mayRepeat,
    run,
    doing: 'count',
    lanes: 1,
    maxQueued: Number.POSITIVE_INFINITY,
    maxQueuedBytes: Number.POSITIVE_INFINITY,
    timeoutMs: Number.POSITIVE_INFINITY,
  });
  const pass = async (ms: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += 100) {
      clock.pass(100);
      for (let turn = 0; turn < 3; turn += 1) await settled();
    }
  };
  return { pass, queue };
};

test('what takes too long with all that came with it is run with fewer', async () => {
  const batches: number[] = [];
  const { pass, queue } = scene(async (items) => {
    batches.push(items.length);
    if (items.length > 20) throw late;
    return items;
  });
  const numbers = Array.from({ length: 100 }, (_, index) => index);
  let results: readonly number[] = [];
  void Promise.all(numbers.map((one) => queue.push(one))).then((all) => {
    results = all;
  });
  await pass(5000);
  expect(results).toEqual(numbers);
  expect(batches.slice(0, 4)).toEqual([100, 50, 25, 12]);
});

test.each([
  ['is run again where it may be', true, [1, 1], 'done'],
  ['is not run again where it may not be', false, [1], 'The inbox could not count: the connection was lost.'],
])('what may be done, because its commit was not answered, %s', async (_what, mayRepeat, runs, result) => {
  const batches: number[] = [];
  const { pass, queue } = scene(async (items) => {
    batches.push(items.length);
    if (batches.length === 1) throw lost;
    return items;
  }, mayRepeat);
  let said = '';
  queue.push(1).then(
    () => {
      said = 'done';
    },
    ({ message }: Error) => {
      said = message;
    },
  );
  await pass(1000);
  expect([batches, said]).toEqual([runs, result]);
});
