import { html, type Markup } from './html.ts';

/** A moment, in UTC; the script adds the reader's own time, shown where the pointer rests on it. */
export const moment = (ms: number): Markup => {
  const text = isoOf(ms);
  return html`<time datetime="${text}">${text.slice(0, 10)} <b>${text.slice(11, 19)}</b></time>`;
};

/** The same with milliseconds, where order within a second matters. */
export const exactMoment = (ms: number): Markup => {
  const text = isoOf(ms);
  return html`<time datetime="${text}">${text.slice(0, 10)} <b>${text.slice(11, 23)}</b></time>`;
};

/** Never throws: a moment of an inbox that cannot be one is shown as the first there is. */
const isoOf = (ms: number): string => new Date(Math.abs(ms) <= 8.64e15 ? ms : 0).toISOString();

const units: readonly (readonly [ms: number, name: string])[] = [
  [24 * 60 * 60 * 1000, 'd'],
  [60 * 60 * 1000, 'h'],
  [60 * 1000, 'min'],
  [1000, 's'],
];

/** `420 ms`, `3.2 s`, `4 min`, `2.5 h`. */
export const duration = (ms: number): string => {
  const unit = units.find(([size]) => ms >= size);
  if (unit === undefined) return `${Math.max(Math.round(ms), 0)} ms`;
  const amount = ms / unit[0];
  return `${amount < 10 ? Math.round(amount * 10) / 10 : Math.round(amount)} ${unit[1]}`;
};

/** `1 234 567`, with narrow spaces that do not break. */
export const count = (value: number): string => String(value).replace(/\B(?=(\d{3})+$)/g, '\u202f');

/** `512 bytes`, `1.4 KB`, `1 MB`. */
export const size = (bytes: number): string => {
  if (bytes < 1000) return `${bytes} ${bytes === 1 ? 'byte' : 'bytes'}`;
  const [divisor, unit] = bytes < 1e6 ? [1e3, 'KB'] : [1e6, 'MB'];
  return `${Math.round((bytes / divisor) * 10) / 10} ${unit}`;
};
