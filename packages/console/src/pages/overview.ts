import type { InboxStats } from '@mediahooks/core';
import { html, type Markup } from '../html/html.ts';
import { count, duration } from '../html/time.ts';
import { table } from './deliveries.ts';
import type { Page, Visit } from './page.ts';

/** How things stand, and what needs a person. */
export const overviewPage = async ({ inbox, root }: Visit): Promise<Page> => {
  const [stats, { deliveries }] = await Promise.all([inbox.stats(), inbox.list({}, { limit: 8 })]);
  return {
    title: 'Overview',
    section: 'overview',
    isLive: true,
    body: html`<h1 class="unseen">Overview</h1>
<section id="needs" data-region aria-labelledby="needs-title"><h2 id="needs-title">Needs a person</h2>${needs(stats, root)}</section>
<section id="figures" data-region aria-label="Figures">${figures(stats)}</section>
<section id="latest" data-region aria-labelledby="latest-title"><h2 id="latest-title">Latest</h2>${
      deliveries.length === 0
        ? html`<div class="empty"><h3>Nothing has arrived yet</h3><p>Deliveries show up here as they come.</p></div>`
        : table(deliveries, root)
    }</section>`,
  };
};

const needs = ({ deliveries, events }: InboxStats, root: string): Markup => {
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
  ].filter((one) => one !== false);
  if (cards.length === 0) return html`<p class="calm">Nothing. No dead letters, nothing quarantined.</p>`;
  return html`<div class="cards">${cards}</div>`;
};

const card = (tone: string, amount: number, what: string, text: string, href: string): Markup =>
  html`<a class="card ${tone}" href="${href}"><b>${count(amount)}</b><span>${what}</span><small>${text}</small></a>`;

const figures = ({ backlogAgeMs, deliveries, events }: InboxStats): Markup => {
  const backlog = events.pending + events.waiting + events.running;
  const kept = Object.values(deliveries).reduce((sum, one) => sum + one, 0);
  return html`<dl class="figures">
${figure('Kept', count(kept), 'deliveries')}
${figure('Backlog', count(backlog), backlogAgeMs === undefined ? 'nothing waits' : `oldest ${duration(backlogAgeMs)}`)}
${figure('Handled', count(events.handled), 'events')}
</dl>`;
};

const figure = (title: string, value: string, below: string): Markup =>
  html`<div><dt>${title}</dt><dd><b>${value}</b><small>${below}</small></dd></div>`;
