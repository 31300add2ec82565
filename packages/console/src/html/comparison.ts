import type { Chosen, DatedEvent } from '../pages/subject.ts';
import { type Change, changesBetween } from './changes.ts';
import { html, type Markup } from './html.ts';
import { count, exactMoment } from './time.ts';

const maxRows = 500;
const maxValue = 500;

/** What differs between two events, side by side. */
export const comparison = ({ after, before }: Chosen): Markup => {
  const { changes, isCut, same } = changesBetween(before.payload, after.payload);
  if (before === after) return html`<p class="calm">That is one and the same event.</p>`;
  const rest = `${count(same)} ${same === 1 ? 'field is' : 'fields are'} the same${isCut ? '; the payloads have more, which were not compared' : ''}.`;
  if (changes.length === 0) return html`<p class="calm">Nothing: ${rest}</p>`;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="What changed"><table class="compared"><thead><tr><th scope="col">Field</th>${head(before)}${head(after)}</tr></thead>
<tbody>${changes.slice(0, maxRows).map(row)}</tbody></table></div><p class="muted">${changes.length > maxRows && `${count(changes.length - maxRows)} more changes are not shown. `}${rest}</p>`;
};

const head = ({ receivedAt, type }: DatedEvent): Markup =>
  html`<th scope="col"><bdi>${type}</bdi>${receivedAt !== undefined && html` <span class="muted">${exactMoment(receivedAt)}</span>`}</th>`;

const row = ({ after, before, path }: Change): Markup =>
  html`<tr><th scope="row"><bdi>${path.slice(0, 200)}</bdi></th>${cell(before, 'before')}${cell(after, 'after')}</tr>`;

const cell = (value: string | undefined, side: 'after' | 'before'): Markup => {
  if (value === undefined) return html`<td class="muted">not there</td>`;
  return html`<td class="${side}"><bdi>${value.slice(0, maxValue)}</bdi>${value.length > maxValue && html` <span class="muted">… ${count(value.length - maxValue)} more</span>`}</td>`;
};
