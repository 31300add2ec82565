import { redacted } from '@mediahooks/core';
import { html, type Markup } from './html.ts';
import { count } from './time.ts';

export interface TreeOptions {
  /** Paths like `video.id` that did not pass the schema: marked, and folded open. */
  readonly failing?: ReadonlySet<string>;
}

/** So many values are shown of one payload, so many characters of one text and of one name. What is beyond is said to be. */
const maxNodes = 2000;
const maxText = 2000;
const maxName = 200;
/** Deeper levels, and longer lists, are folded at first. */
const openLevels = 3;
const openLength = 40;

/** JSON as a tree that folds without a script. Bounded: a payload of any size makes a page of some hundred kilobytes at most. */
export const jsonTree = (value: unknown, { failing = new Set() }: TreeOptions = {}): Markup => {
  let left = maxNodes;

  const node = (name: string | undefined, part: unknown, path: string, depth: number): Markup => {
    left -= 1;
    const label = name === undefined ? undefined : html`<span class="name">${cut(name, maxName)}</span>: `;
    const isFailing = failing.has(path);
    const mark = isFailing && html` <span class="chip warn">failed</span>`;
    if (typeof part !== 'object' || part === null) {
      return html`<li${isFailing && html` class="failing"`}>${label}${scalar(part)}${mark}</li>`;
    }
    const entries = Object.entries(part);
    const isList = Array.isArray(part);
    const about = isList ? `[${count(entries.length)}]` : `{${count(entries.length)}}`;
    if (entries.length === 0) return html`<li>${label}<span class="about">${isList ? '[ ]' : '{ }'}</span>${mark}</li>`;
    const isOpen =
      (depth < openLevels && entries.length <= openLength) || [...failing].some((one) => one.startsWith(`${path}.`));
    return html`<li${isFailing && html` class="failing"`}><details${isOpen && html` open`}><summary>${label}<span class="about">${about}</span>${mark}</summary>${children(entries, path, depth + 1)}</details></li>`;
  };

  const children = (entries: readonly (readonly [string, unknown])[], path: string, depth: number): Markup => {
    const shown: Markup[] = [];
    for (const [name, child] of entries) {
      if (left <= 0) break;
      shown.push(node(name, child, path === '' ? name : `${path}.${name}`, depth));
    }
    const rest = entries.length - shown.length;
    return html`<ul>${shown}${rest > 0 && html`<li class="muted">… ${count(rest)} more: they are in the download</li>`}</ul>`;
  };

  if (typeof value !== 'object' || value === null) return html`<ul class="tree">${node(undefined, value, '', 0)}</ul>`;
  const entries = Object.entries(value);
  if (entries.length === 0) return html`<p class="muted">${Array.isArray(value) ? '[ ]' : '{ }'}: empty.</p>`;
  return html`<div class="tree">${children(entries, '', 0)}</div>`;
};

const scalar = (part: unknown): Markup => {
  if (part === redacted)
    return html`<span class="redacted" title="A secret: not shown unless it is revealed">redacted</span>`;
  if (typeof part !== 'string')
    return html`<span class="${part === null ? 'null' : typeof part}">${String(part)}</span>`;
  const rest = part.length - maxText;
  return html`<span class="string">&quot;<bdi>${part.slice(0, maxText)}</bdi>&quot;</span>${
    rest > 0 && html` <span class="muted">… ${count(rest)} more characters: they are in the download</span>`
  }`;
};

const cut = (text: string, length: number): string => (text.length > length ? `${text.slice(0, length)}…` : text);
