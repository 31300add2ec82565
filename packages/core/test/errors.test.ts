import * as core from '@mediahooks/core';

const errorClasses = Object.entries<unknown>(core).filter(
  (entry): entry is [string, new (...given: string[]) => Error] =>
    typeof entry[1] === 'function' && entry[1].prototype instanceof Error,
);

test('there are errors to be looked at', () => {
  expect(errorClasses.map(([name]) => name)).toContain('ConfigurationError');
});

// why: bundlers shorten the names of classes, so each says its own; and a log goes by it.
test.each(errorClasses)('%s is called so, in a log too', (name, ErrorClass) => {
  const error = new ErrorClass('option-invalid', 'what happened');
  expect(error.name).toBe(name);
  expect(String(error)).toMatch(`${name}: `);
});
