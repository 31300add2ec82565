/** Longer names are no typing mistakes of each other, and comparing them would take long. */
const maxLength = 40;

/** Whether a text is another one mistyped: in other case, with another separator, or with one or two characters wrong, missing or added. */
export const isNearly = (given: string, wanted: string): boolean => {
  if (given.length > maxLength || wanted.length > maxLength) return false;
  const a = plain(given);
  const b = plain(wanted);
  return a !== '' && (a === b || editsBetween(a, b) <= (b.length > 4 ? 2 : 1));
};

/** A sentence that names the first of these which the text is nearly, with a space before it; empty where there is none. */
export const didYouMean = (given: string, known: readonly string[]): string => {
  const meant = known.find((one) => isNearly(given, one));
  return meant === undefined ? '' : ` Did you mean "${meant}"?`;
};

const plain = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/g, '');

/** How many characters must be changed, taken out or put in (Levenshtein). */
const editsBetween = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [index, character] of [...a].entries()) {
    const next = [index + 1];
    for (let column = 0; column < b.length; column += 1) {
      const changed = (row[column] ?? 0) + (character === b[column] ? 0 : 1);
      next.push(Math.min(changed, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
};
