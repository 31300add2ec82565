import type { ActivityCount, DeliveryOutcome } from '@mediahooks/core';
import { activityChart } from '../html/chart.ts';
import { html, type Markup } from '../html/html.ts';
import { count, duration } from '../html/time.ts';
import { table } from './deliveries.ts';
import { type OverviewData, type SpanName, spans } from './overview-data.ts';
import type { Page, Visit } from './page.ts';

/** How things stand, and what needs a person. */
export const overviewPage = async ({ overview, query, root }: Visit): Promise<Page> => {
  const span = spanNames.find((name) => name === query.get('span')) ?? 'day';
  const data = await overview(span);
  const { from, latest, until } = data;
  return {
    title: 'Overview',
    section: 'overview',
    isLive: true,
    body: html`<h1 class="unseen">Overview</h1>
<section id="needs" data-region aria-labelledby="needs-title"><h2 id="needs-title">Needs a person</h2>${needs(data, span, root)}</section>
<section aria-labelledby="activity-title"><div class="heading"><h2 id="activity-title">Deliveries over time</h2>${spanLinks(span, root)}</div>
<div id="activity" data-region>${figures(data, span)}${activityChart({ counts: data.counts, from, until, stepMs: spans[span].stepMs })}</div></section>
<section id="sources" data-region aria-labelledby="sources-title"><h2 id="sources-title">Sources</h2>${sourcesTable(data, span, root)}</section>
<section id="latest" data-region aria-labelledby="latest-title"><div class="heading"><h2 id="latest-title">Latest</h2><a href="${root}deliveries">All deliveries</a></div>${
      latest.length === 0
        ? html`<div class="empty"><h3>Nothing has arrived yet</h3><p>Deliveries show up here as they come. Most platforms have a button that sends a test.</p></div>`
        : table(latest, root)
    }</section>`,
  };
};

const spanNames: readonly SpanName[] = ['hour', 'day', 'week', 'month'];

const spanLinks = (chosen: SpanName, root: string): Markup =>
  html`<nav class="spans" aria-label="Span of time">${spanNames.map(
    (name) =>
      html`<a href="${root}overview?span=${name}"${name === chosen && html` aria-current="true"`}>${spans[name].title}</a>`,
  )}</nav>`;

/** Fewer rejections than this are nobody's emergency. */
const manyRejections = 5;

const needs = ({ counts, from, stats }: OverviewData, span: SpanName, root: string): Markup => {
  const { deliveries, events } = stats;
  const rejected = sum(counts, ({ at, outcome }) => at >= from && outcome === 'rejected');
  const rejectedBefore = sum(counts, ({ at, outcome }) => at < from && outcome === 'rejected');
  const since = new Date(from).toISOString().slice(0, 16);
  const cards = [
    events.dead > 0 &&
      card(
        'bad',
        events.dead,
        events.dead === 1 ? 'dead letter' : 'dead letters',
        'Failed for good. Mend the cause, then replay.',
        `${root}deliveries?outcome=dead`,
      ),
    deliveries.quarantined > 0 &&
      card(
        'warn',
        deliveries.quarantined,
        'quarantined',
        'Authentic, but not what the platform promises. Replay after an upgrade.',
        `${root}deliveries?outcome=quarantined`,
      ),
    rejected >= manyRejections &&
      rejected >= 2 * rejectedBefore &&
      card(
        'refused',
        rejected,
        'rejected',
        `In ${spans[span].title}; ${rejectedBefore === 0 ? 'none' : count(rejectedBefore)} in as long before. Each says why.`,
        `${root}deliveries?outcome=rejected&from=${since}`,
      ),
  ].filter((one) => one !== false);
  if (cards.length === 0) {
    return html`<p class="calm">Nothing. No dead letters, nothing quarantined, no rise of rejections.</p>`;
  }
  return html`<div class="cards">${cards}</div>`;
};

const card = (tone: string, amount: number, what: string, text: string, href: string): Markup =>
  html`<a class="card ${tone}" href="${href}"><b>${count(amount)}</b><span>${what}</span><small>${text}</small></a>`;

const figures = ({ counts, from, latency, stats }: OverviewData, span: SpanName): Markup => {
  const { backlogAgeMs, events } = stats;
  const backlog = events.pending + events.waiting + events.running;
  const all = sum(counts, ({ at }) => at >= from);
  const rejected = sum(counts, ({ at, outcome }) => at >= from && outcome === 'rejected');
  const attempts = latency.reduce((total, one) => total + one.attempts, 0);
  const failed = latency.reduce((total, one) => total + one.failed, 0);
  const slowest = latency.toSorted((a, b) => b.p99Ms - a.p99Ms)[0];
  return html`<dl class="figures">
${figure('Deliveries', count(all), `${rateOf(all, span)}`)}
${figure('Rejected', share(rejected, all), `${count(rejected)} in ${spans[span].title}`)}
${figure('Failing attempts', share(failed, attempts), attempts === 0 ? 'no attempt yet' : `${count(failed)} of the last ${count(attempts)}`)}
${figure('Backlog', count(backlog), backlogAgeMs === undefined ? 'nothing waits' : `the oldest for ${duration(backlogAgeMs)}`)}
${figure('Slowest handlers', slowest === undefined ? '–' : duration(slowest.p99Ms), slowest === undefined ? 'none has run yet' : `p99 of ${slowest.source}, p50 ${duration(slowest.p50Ms)}`)}
</dl>`;
};

const figure = (title: string, value: string, below: string): Markup =>
  html`<div><dt>${title}</dt><dd><b>${value}</b><small>${below}</small></dd></div>`;

const minuteMs = 60_000;

const rateOf = (amount: number, span: SpanName): string => {
  const minutes = (spans[span].stepMs * spans[span].steps) / minuteMs;
  const perMinute = amount / minutes;
  if (perMinute >= 1) return `${Math.round(perMinute * 10) / 10} a minute`;
  const perHour = perMinute * 60;
  return perHour >= 1 ? `${Math.round(perHour * 10) / 10} an hour` : `${Math.round(perHour * 24 * 10) / 10} a day`;
};

const share = (part: number, whole: number): string => {
  if (whole === 0 || part === 0) return '0 %';
  const percent = (part / whole) * 100;
  return percent < 0.1 ? '< 0.1 %' : `${percent < 10 ? Math.round(percent * 10) / 10 : Math.round(percent)} %`;
};

const sum = (counts: readonly ActivityCount[], wanted: (one: ActivityCount) => boolean): number =>
  counts.reduce((total, one) => (wanted(one) ? total + one.count : total), 0);

const outcomes: readonly DeliveryOutcome[] = ['stored', 'duplicate', 'quarantined', 'rejected'];

const sourcesTable = ({ counts, from, latency }: OverviewData, span: SpanName, root: string): Markup => {
  const names = new Set([...counts.filter(({ at }) => at >= from), ...latency].map(({ source }) => source));
  if (names.size === 0) return html`<p class="calm">No source has sent anything in ${spans[span].title}.</p>`;
  const row = (name: string): Markup => {
    const handlers = latency.find(({ source }) => source === name);
    const of = (outcome: DeliveryOutcome): number =>
      sum(counts, (one) => one.at >= from && one.source === name && one.outcome === outcome);
    return html`<tr><th scope="row">${name === '' ? html`<span class="muted">no such source</span>` : html`<a href="${root}deliveries?source=${encodeURIComponent(name)}">${name}</a>`}</th>
${outcomes.map((outcome) => html`<td class="number">${count(of(outcome))}</td>`)}
<td class="number">${handlers === undefined ? '–' : duration(handlers.p50Ms)}</td><td class="number">${handlers === undefined ? '–' : duration(handlers.p99Ms)}</td>
<td class="number">${handlers === undefined ? '–' : share(handlers.failed, handlers.attempts)}</td></tr>`;
  };
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Sources"><table class="sources">
<thead><tr><th scope="col">Source</th><th scope="col" class="number">Accepted</th><th scope="col" class="number">Duplicate</th><th scope="col" class="number">Quarantined</th><th scope="col" class="number">Rejected</th><th scope="col" class="number">p50</th><th scope="col" class="number">p99</th><th scope="col" class="number">Failing</th></tr></thead>
<tbody>${[...names].sort().map(row)}</tbody></table></div>`;
};
