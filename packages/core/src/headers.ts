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
  const fields: (readonly [string, string])[] = [];
  for (let index = 0; index + 1 < raw.length; index += 2) {
    fields.push([(raw[index] ?? '').toLowerCase(), raw[index + 1] ?? '']);
  }
  return headersFromFields(fields);
};

/** From a fetch `Headers`, or any list of pairs. */
export const headersFromEntries = (entries: Iterable<readonly [string, string]>): DeliveryHeaders =>
  headersFromFields(Array.from(entries, ([name, value]) => [name.toLowerCase(), value] as const));

const headersFromFields = (fields: readonly (readonly [string, string])[]): DeliveryHeaders => ({
  get(name) {
    const wanted = name.toLowerCase();
    for (const field of fields) if (field[0] === wanted) return field[1];
    return undefined;
  },
  all(name) {
    const wanted = name.toLowerCase();
    return fields.filter((field) => field[0] === wanted).map((field) => field[1]);
  },
  entries: () => fields,
});
