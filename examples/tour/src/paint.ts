import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

export type Paint = Readonly<Record<'good' | 'bad' | 'refused' | 'strong' | 'faint', (text: string) => string>>;

/** Colours by what they mean; without colours, the text alone. */
export const createPaint = (coloured: boolean): Paint => {
  const style = (format: Style) => (text: string) =>
    coloured ? styleText(format, text, { validateStream: false }) : text;
  return {
    good: style('green'),
    bad: style(['red', 'bold']),
    refused: style('yellow'),
    strong: style('bold'),
    faint: style('dim'),
  };
};
