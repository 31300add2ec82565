/** Where in a text the value of a field stands. */
export interface FieldValue {
  readonly from: number;
  readonly to: number;
}

/**
 * The fields of a text that are called by one of the names (in lower case), as forms, URLs and logs write them: `name=value`. Bears
 * anything.
 */
export const fieldsNamed = (text: string, names: ReadonlySet<string>): readonly FieldValue[] => {
  const found: FieldValue[] = [];
  if (names.size === 0) return found;
  let reached = 0;
  for (const { 0: written, index } of text.matchAll(fieldName)) {
    // why: what follows within a value is part of it.
    if (index < reached || !isNamed(written.slice(0, -1), names)) continue;
    const from = index + written.length;
    reached = from + text.slice(from).search(valueEnd);
    found.push({ from, to: reached });
  }
  return found;
};

/**
 * Whether the name of a form's field says one of the names (in lower case), or that of something it lies in: `%61piKey`, `+apiKey`,
 * `video[apiKey]` and `apiKey[0]` all say `apikey`.
 */
export const isNamed = (written: string, names: ReadonlySet<string>): boolean =>
  decodeField(written)
    .toLowerCase()
    .split(/[[\]]/)
    .some((part) => names.has(part.split(betweenWords).findLast((word) => word !== '') ?? ''));

/** What a form's name or value says. What is no percent-encoding stays as it is. */
export const decodeField = (written: string): string => {
  if (!/[%+]/.test(written)) return written;
  // why the name: a query that begins with "?" would lose it.
  return new URLSearchParams(`is=${written.replaceAll('&', '%26')}`).get('is') ?? written;
};

/**
 * Everything up to a `=`, as far back as a delimiter.
 *
 * why it looks behind itself: begun at every character of a long word, it would look at all that follows for each.
 */
const fieldName = /(?<![^&;="\s])[^&;="\s]+=/g;
const valueEnd = /[&;"\s]|$/;
const betweenWords = /[^\p{L}\p{M}\p{N}_.-]+/u;
