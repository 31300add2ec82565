/** Breaks a text into lines of at most `width` characters, between words where there are any. */
export const wrap = (text: string, width: number): readonly string[] => {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ').flatMap((one) => pieces(one, width))) {
    if (line === '') line = word;
    else if (line.length + 1 + word.length <= width) line += ` ${word}`;
    else {
      lines.push(line);
      line = word;
    }
  }
  return [...lines, line];
};

const pieces = (word: string, width: number): readonly string[] =>
  word.length <= width ? [word] : [word.slice(0, width), ...pieces(word.slice(width), width)];

export interface Cell {
  readonly text: string;
  readonly width: number;
  readonly paint?: (text: string) => string;
}

/** One row of a table: each cell wrapped in its column, two spaces between columns. */
export const layRow = (cells: readonly Cell[], indent = '  '): string => {
  const wrapped = cells.map(({ text, width }) => wrap(text, width));
  const height = Math.max(...wrapped.map((lines) => lines.length));
  const lines = Array.from({ length: height }, (_, row) => {
    const laid = cells.map(({ paint, width }, column) => {
      const text = wrapped[column]?.[row] ?? '';
      // why: painted before it is padded, so that escape codes do not count as width.
      return `${paint !== undefined && text !== '' ? paint(text) : text}${' '.repeat(width - text.length)}`;
    });
    return `${indent}${laid.join('  ')}`.trimEnd();
  });
  return lines.join('\n');
};
