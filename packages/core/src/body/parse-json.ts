const decoder = new TextDecoder('utf-8', { fatal: true });

/** Arrays and objects nested deeper than this are refused: code that walks a payload recursively must be safe to write. */
export const maxDepth = 100;

export type ParsedJson = { readonly value: unknown; readonly problem?: undefined } | { readonly problem: string };

/** UTF-8 bytes of a JSON text to its value. The problem says what is wrong, never what the body holds. */
export const parseJson = (bytes: Uint8Array): ParsedJson => {
  let text: string;
  try {
    text = decoder.decode(bytes);
  } catch {
    return { problem: 'The body is not valid UTF-8.' };
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { problem: text.trim() === '' ? 'The body is empty.' : 'The body is not JSON.' };
  }
  if (isContainer(value) && isDeeperThan(value, maxDepth))
    return { problem: `The body is nested deeper than ${maxDepth} levels.` };
  return { value };
};

/** Goes no deeper than the limit itself: what is asked about may be deeper than any stack. */
const isDeeperThan = (container: Container, limit: number): boolean => {
  if (limit === 0) return true;
  // why: plain loops, and no call for what holds nothing. A list of every object's values, or a function for every array, costs more
  // than the whole walk.
  if (Array.isArray(container)) {
    for (const child of container) if (isContainer(child) && isDeeperThan(child, limit - 1)) return true;
    return false;
  }
  for (const name in container) {
    const child = container[name];
    if (isContainer(child) && isDeeperThan(child, limit - 1)) return true;
  }
  return false;
};

type Container = Readonly<Record<string, unknown>>;

const isContainer = (value: unknown): value is Container => typeof value === 'object' && value !== null;
