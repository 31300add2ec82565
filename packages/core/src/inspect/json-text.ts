/** A piece of a JSON text. All pieces in turn are the text. */
export interface JsonPiece {
  readonly text: string;
  readonly kind: 'key' | 'mark' | 'space' | 'value';
  /** What a string says; of other values and marks, their text. */
  readonly says: string;
  /** Whether it is, or is within, the value of one of the names. */
  readonly hidden: boolean;
}

/**
 * Takes a JSON text apart, and says what of it belongs to fields with one of the names (in lower case), at any depth. Bears anything:
 * what was cut, and what is no JSON.
 */
export const readPieces = (text: string, names: ReadonlySet<string>): readonly JsonPiece[] => {
  const pieces: JsonPiece[] = [];
  /** Of each container that is open, whether it is hidden. */
  const open: boolean[] = [];
  let hiddenNext = false;
  let position = 0;
  while (position < text.length) {
    const end = endOfPiece(text, position);
    const piece = text.slice(position, end);
    position = end;
    const within = open.at(-1) ?? false;
    if (isSpace(piece)) {
      pieces.push({ text: piece, kind: 'space', says: piece, hidden: false });
    } else if (piece.startsWith('"') && isBeforeColon(text, end)) {
      const says = saidBy(piece);
      hiddenNext = names.has(says.toLowerCase());
      pieces.push({ text: piece, kind: 'key', says, hidden: within });
    } else if (isMark(piece)) {
      if (piece === '{' || piece === '[') open.push(within || hiddenNext);
      if (piece === '}' || piece === ']') open.pop();
      if (piece !== ':') hiddenNext = false;
      pieces.push({ text: piece, kind: 'mark', says: piece, hidden: false });
    } else {
      pieces.push({ text: piece, kind: 'value', says: saidBy(piece), hidden: within || hiddenNext });
    }
  }
  return pieces;
};

const marks = '{}[],:';
const isMark = (piece: string): boolean => piece.length === 1 && marks.includes(piece);
const isSpace = (piece: string): boolean => ' \t\r\n'.includes(piece.charAt(0));

const endOfPiece = (text: string, begin: number): number => {
  const first = text.charAt(begin);
  if (marks.includes(first)) return begin + 1;
  if (first === '"') return endOfString(text, begin);
  const inSpace = isSpace(first);
  let end = begin + 1;
  while (end < text.length) {
    const unit = text.charAt(end);
    if (inSpace ? !isSpace(unit) : isSpace(unit) || unit === '"' || marks.includes(unit)) break;
    end += 1;
  }
  return end;
};

const endOfString = (text: string, begin: number): number => {
  for (let index = begin + 1; index < text.length; index += 1) {
    const unit = text.charAt(index);
    if (unit === '\\') index += 1;
    else if (unit === '"') return index + 1;
  }
  return text.length;
};

const isBeforeColon = (text: string, from: number): boolean => {
  let index = from;
  while (index < text.length && isSpace(text.charAt(index))) index += 1;
  return text.charAt(index) === ':';
};

const saidBy = (piece: string): string => {
  if (!piece.startsWith('"')) return piece;
  try {
    return String(JSON.parse(piece));
  } catch {
    return piece.slice(1, piece.endsWith('"') && piece.length > 1 ? -1 : undefined);
  }
};
