import assert from 'node:assert/strict';

/**
 * Asserts deep, strict equality of plain values.
 *
 * why: engines give arrays and objects made outside a test framework's own realm, whose prototypes are others; strict equality of
 * the assert module would see a difference where there is none.
 */
export const same = (actual: unknown, expected: unknown): void => assert.deepEqual(plain(actual), plain(expected));

const plain = (value: unknown): unknown => {
  if (Array.isArray(value)) return Array.from(value, plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, child]) => [name, plain(child)]));
};
