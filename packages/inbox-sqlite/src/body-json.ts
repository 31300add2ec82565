const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const openers = new Set(['{', '['].map((character) => character.charCodeAt(0)));

/** The value that a body is the JSON of; `undefined` for anything else: what is sealed, what begins with a space or a mark of order. */
export const bodyJson = (body: Uint8Array): unknown => {
  if (!openers.has(body[0] ?? 0)) return undefined;
  try {
    return JSON.parse(decoder.decode(body));
  } catch {
    return undefined;
  }
};

/**
 * Whether a value would be the same as some JSON, once it is JSON itself. The order of names does not count.
 *
 * @param json As `JSON.parse` has given it, to nobody else: what both have in common could have been changed in both.
 */
export const isSameJson = (value: unknown, json: unknown): boolean => {
  // why: in JSON, what is too large for a number becomes null, and -0 becomes 0.
  if (typeof json === 'number') return value === json && Number.isFinite(json) && !Object.is(json, -0);
  if (typeof json !== 'object' || json === null) return value === json;
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(json)) {
    if (!Array.isArray(value) || value.length !== json.length) return false;
    for (let index = 0; index < json.length; index += 1) if (!isSameJson(value[index], json[index])) return false;
    return true;
  }
  return isPlain(value) && isPlain(json) && hasSameFields(value, json);
};

const hasSameFields = (value: Fields, json: Fields): boolean => {
  let missing = 0;
  for (const name in json) {
    if (!Object.hasOwn(value, name) || !isSameJson(value[name], json[name])) return false;
    missing += 1;
  }
  for (const name in value) {
    // why: JSON leaves it out.
    if (value[name] !== undefined) missing -= 1;
  }
  return missing === 0;
};

type Fields = Readonly<Record<string, unknown>>;

/** Anything else may have a JSON of its own. */
const isPlain = (value: object): value is Fields => {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
};
