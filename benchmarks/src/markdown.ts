import { readFileSync, writeFileSync } from 'node:fs';
import type { Figure, Group } from './figure.ts';
import { withSpread } from './table.ts';
import { readTargets } from './targets.ts';

/** A run as it is written to a file. */
export interface Run {
  /** What it ran on: version of Node, system, number of cores. */
  readonly machine: string;
  readonly short: boolean;
  readonly figures: readonly Figure[];
}

/**
 * Puts the run's figures into a document, each between two comments: `<!-- figures: http -->` and `<!-- end -->`. `machine` and `targets` go
 * in the same way. What the run did not measure stays as it is.
 *
 * @throws {RangeError} for a short run, and where the document has no place for something that was measured.
 */
export const fillDocument = (file: string, { machine, short, figures }: Run): void => {
  if (short) throw new RangeError('The figures of a short run mean nothing, and go into no document.');
  const groups = [...new Set(figures.map(({ group }) => group))];
  const blocks = new Map<string, string>(groups.map((group) => [group, tablesOf(group, figures)]));
  blocks.set('machine', `${machine}.`);
  const targets = targetRows(figures);
  if (targets.length > 0) blocks.set('targets', table(['what', 'target', 'measured', ''], targets));
  const filled = [...blocks].reduce((text, [name, block]) => fillBlock(text, name, block), readFileSync(file, 'utf8'));
  writeFileSync(file, filled);
};

const fillBlock = (text: string, name: string, block: string): string => {
  const begin = `<!-- figures: ${name} -->`;
  const end = '<!-- end -->';
  const from = text.indexOf(begin);
  const to = text.indexOf(end, from);
  if (from === -1 || to === -1) throw new RangeError(`The document has no place "${begin} … ${end}".`);
  return `${text.slice(0, from + begin.length)}\n\n${block}\n\n${text.slice(to)}`;
};

const targetRows = (figures: readonly Figure[]): readonly (readonly string[])[] =>
  readTargets(figures).map(({ what, goal, actual, isMet }) => [what, goal, actual, isMet ? 'met' : '**not met**']);

/** Where a figure stands. Tables with the same title are one. */
interface Place {
  readonly title: string;
  readonly row: string;
  readonly column: string;
}

const placeOf = ({ group, subject, contestant, unit }: Figure): Place => {
  const column = unit === '' ? subject : `${subject}, ${unit}`;
  if (group === 'memory') return { title: group, row: column, column: contestant };
  if (group === 'core') return { title: coreTitle(subject), row: contestant, column };
  if (group !== 'http') return { title: group, row: contestant, column };
  const [framework = '', connections = '', metric = ''] = subject.split(', ');
  return { title: framework, row: `${connections}: ${contestant}`, column: `${metric}, ${unit}` };
};

/** What is measured for several sizes, or several numbers of ranges, is one table. */
const coreTitle = (subject: string): string => {
  if (/^[0-9.]+ KB/.test(subject)) return 'genuine deliveries';
  return subject.includes('forged') ? 'forged deliveries' : subject.replace(/,.*/, '');
};

const tablesOf = (group: Group, figures: readonly Figure[]): string => {
  const tables = new Map<string, (Place & { readonly figure: Figure })[]>();
  for (const figure of figures.filter((one) => one.group === group)) {
    const place = placeOf(figure);
    tables.set(place.title, [...(tables.get(place.title) ?? []), { ...place, figure }]);
  }
  const several = tables.size > 1;
  return [...tables].map(([title, cells]) => `${several ? `**${title}**\n\n` : ''}${tableOfCells(cells)}`).join('\n\n');
};

const tableOfCells = (cells: readonly (Place & { readonly figure: Figure })[]): string => {
  const columns = [...new Set(cells.map(({ column }) => column))];
  const rows = [...new Set(cells.map(({ row }) => row))];
  const cellOf = (row: string, column: string): string => {
    const found = cells.find((cell) => cell.row === row && cell.column === column)?.figure;
    if (found === undefined) return '';
    return found.ratio === undefined ? withSpread(found.value) : `${withSpread(found.value)} ×${ratio(found)}`;
  };
  return table(
    ['', ...columns],
    rows.map((row) => [row, ...columns.map((column) => cellOf(row, column))]),
  );
};

const ratio = ({ ratio: measured }: Figure): string => (measured === undefined ? '' : measured.median.toFixed(2));

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
