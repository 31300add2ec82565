import { asciiJson } from '@mediahooks/core';

/** Marks that JSON need not escape, and that a terminal obeys or hides: DEL and the C1 controls, format characters, line separators. */
const unescaped = /[\u007f-\u009f\p{Cf}\p{Co}\u2028\u2029]/gu;

/** A JSON document on one line. Its content comes from outside, and somebody may look at it in a terminal: it is ASCII where that matters. */
export const jsonLine = (document: unknown): string =>
  JSON.stringify(document).replace(unescaped, (character) => asciiJson(character).slice(1, -1));
