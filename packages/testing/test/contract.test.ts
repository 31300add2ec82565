import { contractCases } from '@mediahooks/testing';

const table = {
  'is even': (value: number) => {
    if (value % 2 !== 0) throw new Error(`${value} is odd.`);
  },
  'is small': async (value: number) => {
    if (value > 10) throw new Error(`${value} is large.`);
  },
};

test('a case resolves where the promise is kept and rejects where it is broken', async () => {
  const [even, small] = contractCases(table, 7);
  expect([even?.name, small?.name]).toEqual(['is even', 'is small']);
  await expect(even?.run()).rejects.toThrow('7 is odd.');
  await expect(small?.run()).resolves.toBeUndefined();
});

test('a case is left out by name and with a reason', () => {
  const cases = contractCases(table, 7, { 'is even': 'odd numbers are allowed' });
  expect(cases.map(({ leftOut }) => leftOut)).toEqual(['odd numbers are allowed', undefined]);
});

test('a case that does not exist cannot be left out', () => {
  const leaveOut: Record<string, string> = { 'is evn': 'a slip' };
  expect(() => contractCases<number, string>(table, 7, leaveOut)).toThrow(
    'The contract has no case "is evn" to leave out. It has: is even; is small.',
  );
});

test.each(['', '  '])('a case cannot be left out for the reason "%s"', (reason) => {
  expect(() => contractCases(table, 7, { 'is even': reason })).toThrow(
    'The case "is even" is left out without a reason.',
  );
});
