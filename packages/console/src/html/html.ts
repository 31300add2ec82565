/**
 * Text that is HTML already. Made by {@link html} alone: what came from outside cannot be one, whatever it looks like, because the field
 * is private to this class.
 */
export class Markup {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}

/** What may stand in a template: texts and numbers are escaped, nothing is written for `undefined` and `false`. */
export type Part = Markup | number | string | false | undefined | readonly Part[];

/**
 * The only way to make HTML here. Every value is escaped, for text and for attributes in quotes alike; a template that puts one right
 * behind the `=` of an attribute, without quotes, throws.
 */
export const html = (strings: TemplateStringsArray, ...parts: readonly Part[]): Markup => {
  let text = strings[0] ?? '';
  for (const [index, part] of parts.entries()) {
    if (strings[index]?.endsWith('=') && isOutsideQuotes(strings.slice(0, index + 1))) {
      throw new TypeError('html: an attribute without quotes.');
    }
    text += written(part) + (strings[index + 1] ?? '');
  }
  return new Markup(text);
};

/** Of the template's own text, in which every quotation mark opens or closes an attribute. */
const isOutsideQuotes = (before: readonly string[]): boolean => before.join('').split('"').length % 2 === 1;

const written = (part: Part): string => {
  if (typeof part === 'string') return escaped(part);
  if (part === undefined || part === false) return '';
  if (part instanceof Markup || typeof part === 'number') return String(part);
  return part.map(written).join('');
};

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * Characters that are not seen, or that change how others are seen: controls, halves of pairs, marks and overrides of direction, zero-width spaces, line
 * separators, invisible letters. Not tab, line feed and the two joiners, which whole scripts and emoji are written with.
 */
const unseen = /(?![\t\n\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0]/gu;

/** Nothing in it can end its place in the page or change the page's reading: what is not seen is written as ⟨U+202E⟩. */
const escaped = (text: string): string =>
  text
    .replace(unseen, (character) => `\u27e8${codePoint(character)}\u27e9`)
    .replace(/[&<>"']/g, (character) => entities[character] ?? '');

const codePoint = (character: string): string =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
