/** The headers of a delivery, as they came: names in any case, values repeated where the sender repeated them. */
export interface DeliveryHeaders {
  /** The first value of a header, whatever the case of its name; `undefined` where there is none. */
  get(name: string): string | undefined;
  /** Every value of a header, in order. A fetch `Headers` has joined them with `, ` already and gives one. */
  all(name: string): readonly string[];
  /** All fields in order, names in lower case. */
  entries(): Iterable<readonly [name: string, value: string]>;
}

/** From name, value, name, value, … as in Node's `rawHeaders`: nothing is joined and nothing is lost. */
export const headersFromRaw = (raw: readonly string[]): DeliveryHeaders => {
  const names: string[] = [];
  const values: string[] = [];
  for (let index = 0; index + 1 < raw.length; index += 2) {
    names.push((raw[index] ?? '').toLowerCase());
    values.push(raw[index + 1] ?? '');
  }
  return headersFromLists(names, values);
};

/** From a fetch `Headers`, or any list of pairs. */
export const headersFromEntries = (entries: Iterable<readonly [string, string]>): DeliveryHeaders => {
  const names: string[] = [];
  const values: string[] = [];
  for (const [name, value] of entries) {
    names.push(name.toLowerCase());
    values.push(value);
  }
  return headersFromLists(names, values);
};

/** A name and its value have the same place in both lists. */
const headersFromLists = (names: readonly string[], values: readonly string[]): DeliveryHeaders => ({
  get(name) {
    const index = names.indexOf(name.toLowerCase());
    return index === -1 ? undefined : values[index];
  },
  all(name) {
    const wanted = name.toLowerCase();
    const first = names.indexOf(wanted);
    if (first === -1) return none;
    // why: nearly every header comes once, and this is asked for every one that matters.
    if (names.lastIndexOf(wanted) === first) return values.slice(first, first + 1);
    return values.filter((_value, index) => names[index] === wanted);
  },
  entries: () => names.map((name, index) => [name, values[index] ?? ''] as const),
});

const none: readonly string[] = [];

/** The same headers but for some, named in lower case. */
export const headersWithout = (headers: DeliveryHeaders, hidden: ReadonlySet<string>): DeliveryHeaders => ({
  get: (name) => (hidden.has(name.toLowerCase()) ? undefined : headers.get(name)),
  all: (name) => (hidden.has(name.toLowerCase()) ? none : headers.all(name)),
  entries: () => [...headers.entries()].filter(([name]) => !hidden.has(name)),
});
