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
  if (isDeeperThan(value, maxDepth)) return { problem: `The body is nested deeper than ${maxDepth} levels.` };
  return { value };
};

/** Walks without recursion: what is asked about may be deeper than any stack. */
const isDeeperThan = (value: unknown, limit: number): boolean => {
  let level: object[] = isContainer(value) ? [value] : [];
  for (let depth = 1; level.length > 0; depth += 1) {
    if (depth > limit) return true;
    const next: object[] = [];
    for (const container of level) {
      for (const child of Object.values(container)) if (isContainer(child)) next.push(child);
    }
    level = next;
  }
  return false;
};

const isContainer = (value: unknown): value is object => typeof value === 'object' && value !== null;
