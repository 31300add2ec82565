import type { Attempt } from './attempt.ts';
import type { AttemptResult } from './attempt-result.ts';
import { type Cell, layRow, wrap } from './layout.ts';
import type { Paint } from './paint.ts';

const widths = { mark: 1, source: 9, event: 24, handled: 11, forgery: 45 };

/** The two parts of the tour's table, `width` characters wide. */
export const createTable = (width: number, paint: Paint) => {
  const before = ['  ', ' '.repeat(widths.mark), '  ', ' '.repeat(widths.source), '  '].join('');

  const genuine = (mark: Cell, source: Cell, event: string, answer: Cell, why: Cell): string =>
    layRow([
      mark,
      source,
      { text: event, width: widths.event },
      { ...answer, width: widths.handled },
      { ...why, width: width - before.length - widths.event - widths.handled - 4 },
    ]);

  const row = ({ answer, asExpected, attempt, what, why }: AttemptResult, firstOfSource: boolean): string => {
    const { bad, faint, good, refused, strong } = paint;
    const mark: Cell = { text: asExpected ? '✓' : '✗', width: widths.mark, paint: asExpected ? good : bad };
    const source: Cell = { text: attempt.delivery.source, width: widths.source, paint: firstOfSource ? strong : faint };
    const judged = asExpected ? (attempt.kind === 'genuine' ? good : refused) : bad;
    const reason = asExpected ? faint : bad;
    if (attempt.kind === 'genuine') {
      return genuine(
        mark,
        source,
        what,
        { text: answer, width: 0, paint: judged },
        { text: why, width: 0, paint: reason },
      );
    }
    const first = layRow([
      mark,
      source,
      { text: what, width: widths.forgery },
      { text: answer, width: width - before.length - widths.forgery - 2, paint: judged },
    ]);
    // why: what an operator is told takes a line of its own; in a column it would stand in five short ones.
    const below = wrap(why, width - before.length).map((line) => `${before}${reason(line)}`);
    return [first, ...below].join('\n');
  };

  const head = (kind: Attempt['kind']): string => {
    const cell = (text: string, size: number): Cell => ({ text, width: size, paint: paint.strong });
    const mark = cell('', widths.mark);
    const source = cell('SOURCE', widths.source);
    if (kind === 'genuine') {
      return layRow([mark, source, cell('EVENT', widths.event), cell('ANSWER', widths.handled), cell('WHY', 45)]);
    }
    return layRow([mark, source, cell('FORGERY, AND WHY IT IS REFUSED', widths.forgery), cell('ANSWER', 23)]);
  };

  return { head, row };
};
