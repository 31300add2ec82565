/** Rows in columns, two spaces between them. A cell is laid by its plain text and then painted. */
export interface Cell {
  readonly text: string;
  readonly paint?: (text: string) => string;
  readonly right?: boolean;
}

export const tableLines = (rows: readonly (readonly Cell[])[], indent = ''): readonly string[] => {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach(({ text }, column) => {
      widths[column] = Math.max(widths[column] ?? 0, text.length);
    });
  }
  return rows.map((row) => {
    const cells = row.map(({ paint, right, text }, column) => {
      const space = ' '.repeat((widths[column] ?? 0) - text.length);
      const painted = paint === undefined ? text : paint(text);
      return right === true ? `${space}${painted}` : `${painted}${space}`;
    });
    return `${indent}${cells.join('  ')}`.trimEnd();
  });
};
