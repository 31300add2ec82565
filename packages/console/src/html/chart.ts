import type { ActivityCount, DeliveryOutcome } from '@mediahooks/core';
import { html, type Markup } from './html.ts';
import { count } from './time.ts';

/** From the bottom of a bar to its top. */
const order: readonly DeliveryOutcome[] = ['stored', 'duplicate', 'quarantined', 'rejected'];

/** How an outcome is called where deliveries are counted as they arrived. */
export const arrived: Readonly<Record<DeliveryOutcome, string>> = {
  stored: 'accepted',
  duplicate: 'duplicate',
  quarantined: 'quarantined',
  rejected: 'rejected',
};

export interface ChartOptions {
  readonly counts: readonly ActivityCount[];
  readonly from: number;
  readonly until: number;
  readonly stepMs: number;
}

const width = 1000;
const height = 150;

/** Deliveries over time as stacked bars, drawn here; the same figures follow as a table, folded away. */
export const activityChart = ({ counts, from, stepMs, until }: ChartOptions): Markup => {
  const steps = Math.round((until - from) / stepMs);
  const bars = new Map<number, Record<DeliveryOutcome, number>>();
  for (const { at, count: amount, outcome } of counts) {
    if (at < from || at >= until) continue;
    const index = Math.floor((at - from) / stepMs);
    const bar = bars.get(index) ?? { stored: 0, duplicate: 0, quarantined: 0, rejected: 0 };
    bar[outcome] += amount;
    bars.set(index, bar);
  }
  const top = roundUp(Math.max(2, ...[...bars.values()].map(total)));
  const stride = width / steps;
  const y = (amount: number): number => height - (amount / top) * height;
  const shown = order.filter((outcome) => [...bars.values()].some((bar) => bar[outcome] > 0));
  const title = (index: number): string => timeLabel(from + index * stepMs, stepMs);

  const draw = ([index, bar]: readonly [number, Record<DeliveryOutcome, number>]): Markup => {
    let below = 0;
    const parts = order.map((outcome) => {
      const amount = bar[outcome];
      const from = below;
      below += amount;
      if (amount === 0) return undefined;
      const rise = y(from) - y(below);
      return html`<rect class="${outcome}" x="${fixed(index * stride + 1)}" y="${fixed(y(below))}" width="${fixed(Math.max(stride - 2, 1))}" height="${fixed(rise)}"/>`;
    });
    const said = order
      .filter((outcome) => bar[outcome] > 0)
      .map((outcome) => `${count(bar[outcome])} ${arrived[outcome]}`);
    return html`<g><title>${title(index)}: ${said.join(', ')}</title><rect class="hit" x="${fixed(index * stride)}" y="0" width="${fixed(stride)}" height="${height}"/>${parts}</g>`;
  };

  const marks = [0, 1, 2, 3, 4, 5].map((part) => Math.round((part * steps) / 6)).filter((index) => index < steps);
  return html`<figure class="chart">
<div class="scale" aria-hidden="true">${[top, top / 2, 0].map((amount) => html`<span>${Number.isInteger(amount) ? count(amount) : amount}</span>`)}</div>
<svg viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" role="img" aria-label="Deliveries over time by outcome; the table below has the figures">
${[0, top / 2, top].map((amount) => html`<line class="rule" x1="0" x2="${width}" y1="${fixed(y(amount))}" y2="${fixed(y(amount))}"/>`)}
${[...bars].map(draw)}
</svg>
<div class="axis" aria-hidden="true">${marks.map((index) => html`<span>${title(index)}</span>`)}</div>
<figcaption>${shown.length === 0 ? 'Nothing arrived in this time.' : shown.map((outcome) => html`<span class="key ${outcome}">${arrived[outcome]}</span>`)}</figcaption>
${
  bars.size > 0 &&
  figuresTable(
    [...bars].sort(([a], [b]) => b - a),
    shown,
    title,
  )
}
</figure>`;
};

const figuresTable = (
  bars: readonly (readonly [number, Record<DeliveryOutcome, number>])[],
  shown: readonly DeliveryOutcome[],
  title: (index: number) => string,
): Markup => html`<details class="figures-table" data-keep="figures"><summary>As a table</summary><div class="scroll" tabindex="0" role="region" aria-label="Deliveries over time"><table>
<thead><tr><th scope="col">From (UTC)</th>${shown.map((outcome) => html`<th scope="col" class="number">${arrived[outcome]}</th>`)}</tr></thead>
<tbody>${bars.map(([index, bar]) => html`<tr><td>${title(index)}</td>${shown.map((outcome) => html`<td class="number">${count(bar[outcome])}</td>`)}</tr>`)}</tbody>
</table></div></details>`;

const total = (bar: Record<DeliveryOutcome, number>): number => order.reduce((sum, outcome) => sum + bar[outcome], 0);

/** The next of 1, 2, 4, 10, 20, 40, …: halves of it are whole, from 2 on. */
const roundUp = (value: number): number => {
  const power = 10 ** Math.floor(Math.log10(value));
  return power * ([1, 2, 4, 10].find((step) => step * power >= value) ?? 10);
};

const fixed = (value: number): string => String(Math.round(value * 100) / 100);

const timeLabel = (ms: number, stepMs: number): string => {
  const text = new Date(ms).toISOString();
  return stepMs < 3_600_000 ? text.slice(11, 16) : `${text.slice(5, 10)} ${text.slice(11, 16)}`;
};
