import type { ProviderName } from '@mediahooks/testing';
import { shownUrl } from '../http/receiver-url.ts';
import { duration, roundedMs } from '../terminal/duration.ts';
import { jsonLine } from '../terminal/json-line.ts';
import { printable } from '../terminal/printable.ts';
import { tableLines } from '../terminal/table.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { Tally } from './tally.ts';

export interface Run {
  readonly source: string;
  readonly type: string;
  readonly to: string;
  readonly planned: number;
  readonly tally: Tally;
  readonly tampered: boolean;
  readonly provider: ProviderName;
  readonly durationMs: number;
  readonly interrupted: boolean;
}

/** What became of a run: as text, or as one JSON document. */
export const printReport = (run: Run, { json }: { readonly json?: true }, terminal: Terminal): void => {
  if (json === true) terminal.out.line(jsonLine(documentOf(run)));
  else for (const line of linesOf(run, terminal)) terminal.out.line(line);
};

const documentOf = ({ durationMs, interrupted, planned, source, tally, tampered, to, type }: Run): object => ({
  source,
  type,
  to: shownUrl(to),
  tampered,
  planned,
  accepted: tally.accepted,
  refused: tally.refused,
  unanswered: tally.failed,
  interrupted,
  answers: tally.counts().map(({ code, count, status }) => ({ status: status ?? null, code: code ?? null, count })),
  durationMs: roundedMs(durationMs),
  latencyMs: roundedLatencies(tally) ?? null,
});

const roundedLatencies = (tally: Tally): ReturnType<Tally['latencies']> => {
  const found = tally.latencies();
  return found && { p50: roundedMs(found.p50), p99: roundedMs(found.p99), max: roundedMs(found.max) };
};

const linesOf = (run: Run, { out }: Terminal): readonly string[] => {
  const { paint } = out;
  const { durationMs, planned, source, tally, tampered, to, type } = run;
  const what = planned === 1 ? `${source} ${type}` : `${planned} deliveries, ${source} ${type},`;
  const lines = [`${what} to ${shownUrl(to)}/${encodeURIComponent(source)}${tampered ? ', tampered with' : ''}`];
  const rows = tally.counts().map(({ code, count, status }) => {
    const isAccepted = status !== undefined && status < 300 && status >= 200;
    const good = isAccepted !== tampered && status !== undefined;
    return [
      { text: status === undefined ? '–' : String(status), paint: good ? paint.green : paint.red },
      { text: printable(code ?? '') },
      { text: planned === 1 ? '' : String(count), right: true },
    ];
  });
  lines.push(...tableLines(rows, '  '));
  const latencies = tally.latencies();
  if (latencies !== undefined && planned === 1) lines.push(paint.dim(`  answered in ${duration(latencies.max)}`));
  if (latencies !== undefined && planned > 1) {
    const { max, p50, p99 } = latencies;
    const perSecond = Math.round((tally.done * 1000) / Math.max(durationMs, 1));
    lines.push(
      paint.dim(
        `  answered in ${duration(p50)} (p50), ${duration(p99)} (p99), ${duration(max)} (slowest); ` +
          `${duration(durationMs)} in all, ${perSecond}/s`,
      ),
    );
  }
  if (run.interrupted) lines.push(paint.yellow(`  interrupted: ${tally.done} of ${planned} were sent`));
  return [...lines, ...advice(run).map((line) => paint.yellow(`  ${line}`))];
};

const reasonIsLogged = (status: number | undefined): boolean => status === 401 || status === 403 || status === 422;

/** What to look at, where it did not go as wanted. */
const advice = ({ provider, tally, tampered }: Run): readonly string[] => {
  if (tampered) {
    return tally.accepted === 0 ? [] : ['A forgery was accepted. Does this receiver check what it is sent?'];
  }
  const statuses = new Set(tally.counts().map(({ status }) => status));
  const lines: string[] = [];
  if (statuses.has(403) && provider === 'gcore') {
    lines.push(
      'Gcore is proven by its address, told here by X-Forwarded-For. For a test on one machine, let the receiver',
    );
    lines.push('believe it: MEDIAHOOKS_TRUST_PROXY=loopback, or createWebhooks({ trustProxy: "loopback" }).');
  } else if (tally.counts().some(({ code, status }) => code === 'body-already-parsed' || reasonIsLogged(status))) {
    lines.push(
      "The reason is in the receiver's own log, not in the answer. Or let it tell you: mediahooks listen, explain.",
    );
  }
  if ([...statuses].some((status) => status !== undefined && status >= 300 && status < 400)) {
    lines.push(
      'It redirects, and platforms do not follow. Give --to the address it redirects to: perhaps https, or without a / at the end.',
    );
  }
  if (tally.counts().some(({ code }) => code === 'unknown-source')) {
    lines.push(
      'The receiver is there, and has no source of this name: its log lists those it has. If it is another: --as <name>.',
    );
  } else if (statuses.has(404)) {
    lines.push('Is --to where the receiver is mounted, like http://127.0.0.1:3000/webhooks?');
  }
  if (statuses.has(undefined)) lines.push('Is the receiver running, and is --to its address?');
  return lines;
};
