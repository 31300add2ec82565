import { styleText } from 'node:util';

type Style = 'bold' | 'cyan' | 'dim' | 'green' | 'red' | 'yellow';

/** Text in a style, where the output has colours; else the text. */
export type Paint = Readonly<Record<Style, (text: string) => string>>;

export const createPaint = (hasColors: boolean): Paint => {
  const style = (name: Style) => (text: string) =>
    hasColors && text !== '' ? styleText(name, text, { validateStream: false }) : text;
  return {
    bold: style('bold'),
    cyan: style('cyan'),
    dim: style('dim'),
    green: style('green'),
    red: style('red'),
    yellow: style('yellow'),
  };
};

/** Colours are for terminals. `NO_COLOR` (no-color.org) takes them away, and counts before `FORCE_COLOR`, which gives them anywhere. */
export const hasColors = (
  isTerminal: boolean,
  { NO_COLOR = '', FORCE_COLOR = '', TERM }: Readonly<Record<string, string | undefined>>,
): boolean => {
  if (NO_COLOR !== '') return false;
  if (FORCE_COLOR !== '') return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
  return isTerminal && TERM !== 'dumb';
};
