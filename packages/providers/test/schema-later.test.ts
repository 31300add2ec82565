import { z } from 'zod';
import { schemaLater } from '../src/schema-later.ts';

const number = z.number();

test('it begins to load at once, whoever comes before it is there waits, and from then on nobody does', async () => {
  let loads = 0;
  const { validate } = schemaLater(async () => {
    loads += 1;
    return number;
  })['~standard'];
  expect(loads).toBe(1);
  const [first, second] = [validate(1), validate('text')];
  expect(first).toBeInstanceOf(Promise);
  expect(await first).toEqual({ value: 1 });
  expect(await second).toMatchObject({ issues: [expect.anything()] });
  expect(validate(2)).toEqual({ value: 2 });
  expect(loads).toBe(1);
});

test('where it could not be loaded, nobody hears of that but who needs it, and it is tried again', async () => {
  let loads = 0;
  const { validate } = schemaLater(async () => {
    loads += 1;
    if (loads < 3) throw new Error('no such file');
    return number;
  })['~standard'];
  // The first failure, when nobody had asked yet, would end the process as an unhandled rejection.
  await new Promise(setImmediate);
  await expect(validate(1)).rejects.toThrow('no such file');
  expect(await validate(1)).toEqual({ value: 1 });
  expect(validate(1)).toEqual({ value: 1 });
  expect(loads).toBe(3);
});
