import { type Explanation, rejectionTable } from '@mediahooks/core';
import { size } from '../terminal/duration.ts';
import { jsonLine } from '../terminal/json-line.ts';
import { printable } from '../terminal/printable.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { wrap } from '../terminal/wrap.ts';
import type { CapturedRequest } from './captured-request.ts';

export interface Judgement {
  readonly request: CapturedRequest;
  readonly explanation: Explanation;
  readonly receivedAt: number | undefined;
  readonly notes: readonly string[];
}

/** What would become of a request, and why: as text, or as one JSON document. Nothing of its credentials. */
export const printExplanation = (judgement: Judgement, { json }: { readonly json?: true }, { out }: Terminal): void => {
  if (json === true) out.line(jsonLine(documentOf(judgement)));
  else {
    const width = out.isTerminal ? out.columns : Number.POSITIVE_INFINITY;
    for (const line of linesOf(judgement, out.paint, width)) out.line(line);
  }
};

const documentOf = ({ explanation, notes, receivedAt, request }: Judgement): object => ({
  accepted: explanation.accepted,
  source: explanation.source ?? null,
  request: {
    format: request.format,
    method: request.method,
    bytes: request.body.length,
    receivedAt: receivedAt === undefined ? null : new Date(receivedAt).toISOString(),
  },
  passed: explanation.passed,
  failed: explanation.accepted ? null : explanation.failed,
  rejection: explanation.accepted
    ? null
    : {
        status: rejectionTable[explanation.rejection.code].status,
        code: explanation.rejection.code,
        cause: explanation.rejection.cause ?? null,
        hint: explanation.rejection.hint,
      },
  events: explanation.accepted ? explanation.events : [],
  notes,
});

type Checks = Explanation['passed'];
type Paint = Terminal['out']['paint'];

const linesOf = (
  { explanation, notes, receivedAt, request }: Judgement,
  paint: Paint,
  width: number,
): readonly string[] => {
  const at =
    receivedAt === undefined ? 'judged as if received now' : `received at ${new Date(receivedAt).toISOString()}`;
  const source = explanation.source === undefined ? 'to no source' : `to ${explanation.source}`;
  const indented = (text: string, paintLine: (line: string) => string): readonly string[] =>
    wrap(printable(text), width - 2).map((line) => `  ${paintLine(line)}`);
  return [
    `${printable(request.method)} ${printable(source)}, ${size(request.body.length)}, ${at}`,
    ...checkLines(explanation.passed, paint.green('ok')),
    ...(explanation.accepted ? [] : checkLines([explanation.failed], paint.red('no'))),
    ...(explanation.accepted
      ? [
          paint.green('Accepted.'),
          ...explanation.events.map((event) => {
            const about = event.subject === undefined ? '' : `, about ${event.subject}`;
            return `  ${printable(`${event.source}.${event.type}${about}`)}`;
          }),
        ]
      : [
          paint.red(
            `Rejected: ${rejectionTable[explanation.rejection.code].status} ${explanation.rejection.code}` +
              `${explanation.rejection.cause === undefined ? '' : ` (${explanation.rejection.cause})`}.`,
          ),
          ...indented(explanation.rejection.hint, paint.yellow),
        ]),
    ...notes.flatMap((note) => indented(note, paint.dim)),
  ];
};

const checkLines = (checks: Checks, mark: string): readonly string[] =>
  checks.map(({ guard, name }) => `  ${mark}  ${name}${guard === undefined ? '' : `: ${guard}`}`);
