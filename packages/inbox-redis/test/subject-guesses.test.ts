import { createSubjectGuesses } from '../src/subject-guesses.ts';

test('remembers what was noted last, of so many subjects, and nothing long', () => {
  const guesses = createSubjectGuesses(2, 5);
  expect(guesses.of('a')).toBeUndefined();
  guesses.note('a', 'one');
  guesses.note('b', '');
  guesses.note('a', 'two');
  guesses.note('c', 'three');
  expect(['a', 'b', 'c'].map(guesses.of)).toEqual(['two', undefined, 'three']);
  guesses.note('a', 'longer');
  expect(guesses.of('a')).toBeUndefined();
});
