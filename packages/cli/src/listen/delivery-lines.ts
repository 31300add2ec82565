import { duration, size } from '../terminal/duration.ts';
import type { Paint } from '../terminal/paint.ts';
import { printable } from '../terminal/printable.ts';
import { wrap } from '../terminal/wrap.ts';
import type { ForwardResult } from './forward.ts';
import type { ShownDelivery, ShownEvent } from './shown-delivery.ts';

/** So many lines of a payload are shown, unless all are wanted. */
const maxPayloadLines = 12;

const indent = ' '.repeat(10);

export interface LineOptions {
  readonly columns: number;
  /** Payloads whole. */
  readonly full: boolean;
}

/** A delivery as lines for a person to read. Everything that came from outside is made safe to print. */
export const deliveryLines = (
  delivery: ShownDelivery,
  paint: Paint,
  { columns, full }: LineOptions,
): readonly string[] => {
  const { address, at, bytes, cause, code, events, hint, outcome, source, status } = delivery;
  const isAccepted = status < 300;
  const verdict = (isAccepted ? paint.green : paint.red)(
    `${status} ${code ?? outcome}${cause === null ? '' : ` (${cause})`}`,
  );
  const types = [...new Set(events.map(({ type }) => type))].map(printable).join(', ');
  const what = [paint.cyan(source ?? '(no source)'), ...(types === '' ? [] : [paint.bold(types)])].join(' ');
  const from = address === null ? '' : ` from ${address}`;
  const lines = [
    `${paint.dim(timeOf(at))}  ${what}  ${verdict}  ${paint.dim(`${size(bytes)}${from}  ${delivery.delivery}`)}`,
  ];
  const hintLines = hint === null ? [] : wrap(printable(hint), columns - indent.length);
  lines.push(...hintLines.map((line) => `${indent}${paint.yellow(line)}`));
  for (const event of events) lines.push(...eventLines(event, paint, full));
  return lines;
};

const eventLines = ({ payload, subject }: ShownEvent, paint: Paint, full: boolean): readonly string[] => {
  const about = subject === null ? [] : [`${indent}${printable(subject)}`];
  if (payload === null) return about;
  const all = JSON.stringify(payload, null, 2).split('\n').map(printable);
  const shown = full ? all : all.slice(0, maxPayloadLines);
  const rest = all.length - shown.length;
  return [
    ...about,
    ...shown.map((line) => `${indent}${paint.dim(line)}`),
    ...(rest > 0 ? [`${indent}${paint.dim(`… ${rest} more lines (--full shows them)`)}`] : []),
  ];
};

export const forwardLine = (result: ForwardResult, paint: Paint): string => {
  if (result.failure !== undefined) return `${indent}${paint.red('not forwarded:')} ${printable(result.failure)}`;
  const { code, durationMs, status } = result;
  const answer = `${status}${code === undefined ? '' : ` ${printable(code)}`}`;
  return `${indent}forwarded: ${(status < 300 ? paint.green : paint.red)(answer)} ${paint.dim(`in ${duration(durationMs)}`)}`;
};

/** The time of day, here. */
const timeOf = (at: string): string => new Date(at).toTimeString().slice(0, 8);
