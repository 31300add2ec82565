import { createTally } from '../../src/send/tally.ts';

const answer = (status: number, text: string, durationMs: number) => ({ status, text, durationMs });

test('counts answers by status and code, the most frequent first', () => {
  const tally = createTally();
  tally.answered(answer(401, '{"code":"credential-invalid"}', 1));
  tally.answered(answer(202, '{"outcome":"stored"}', 1));
  tally.answered(answer(202, '{"outcome":"stored"}', 1));
  tally.answered(answer(302, '<html>', 1));
  tally.unanswered('no answer in time');
  expect(tally.counts()).toEqual([
    { status: 202, code: 'stored', count: 2 },
    { status: 401, code: 'credential-invalid', count: 1 },
    { status: 302, code: undefined, count: 1 },
    { status: undefined, code: 'no answer in time', count: 1 },
  ]);
  const { accepted, done, failed, refused } = tally;
  expect({ accepted, done, failed, refused }).toEqual({ accepted: 2, done: 5, failed: 1, refused: 2 });
});

test('gives latencies by nearest rank, and none where nothing was answered', () => {
  const tally = createTally();
  expect(tally.latencies()).toBeUndefined();
  for (let ms = 200; ms >= 1; ms -= 1) tally.answered(answer(200, '', ms));
  expect(tally.latencies()).toEqual({ p50: 100, p99: 198, max: 200 });
});
