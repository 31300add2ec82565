import { html, type Markup } from './html.ts';

/** To the history of a subject (its source in front). `shown` is what is read of it. */
export const subjectLink = (root: string, subject: string, shown: string): Markup => {
  const text = html`<bdi>${shown}</bdi>`;
  // why: half of a surrogate pair has no place in an address, and to encode one throws.
  if (/\p{Surrogate}/u.test(subject)) return text;
  return html`<a href="${root}subject?name=${encodeURIComponent(subject)}">${text}</a>`;
};
