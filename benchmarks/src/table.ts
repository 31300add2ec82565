import type { Figure } from './figure.ts';
import type { Spread } from './measure/spread.ts';

/** Figures as a table for a terminal, a heading for each subject. */
export const tableOf = (figures: readonly Figure[]): string => {
  const lines: string[] = [];
  let heading = '';
  for (const figure of figures) {
    const { group, subject, contestant, unit, value, against, ratio } = figure;
    if (heading !== `${group} ${subject}`) {
      heading = `${group} ${subject}`;
      lines.push('', `${group}: ${subject}, ${unit}${against === undefined ? '' : `; ratio to ${against}`}`);
    }
    const columns = [
      `  ${contestant.padEnd(34)}`,
      withSpread(value).padStart(26),
      ratio === undefined ? '' : `×${withSpread(ratio)}`.padStart(24),
    ];
    lines.push(columns.join('').trimEnd());
  }
  return `${lines.join('\n')}\n`;
};

/** `12.3 (11.9 to 12.8)`: the median, and the range of the middle half. */
export const withSpread = ({ median, low, high, rounds }: Spread): string =>
  rounds === 1 ? digits(median) : `${digits(median)} (${digits(low)} to ${digits(high)})`;

const digits = (value: number): string => {
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en-US');
  return value.toFixed(Math.abs(value) >= 10 ? 1 : 2);
};
