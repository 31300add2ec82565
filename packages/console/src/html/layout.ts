import { scriptPath } from '../assets/script.ts';
import { stylePath } from '../assets/style.ts';
import type { Page } from '../pages/page.ts';
import type { Viewer } from '../safety/authorize.ts';
import { html, type Markup } from './html.ts';

export interface Frame {
  readonly root: string;
  readonly viewer: Viewer;
  /** The page's own address below the mount, for the stream of changes. */
  readonly place: string;
  /** What the page shows, in short: when the stream says something else, it is out of date. */
  readonly state: string;
}

const sections = [
  ['overview', 'Overview'],
  ['deliveries', 'Deliveries'],
] as const;

/** The head of every page, on its own so that a page may be sent while it is still made. */
export const beginning = (
  page: Omit<Page, 'body'>,
  { place, root, state, viewer }: Frame,
): Markup => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${page.title} · mediahooks</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<link rel="stylesheet" href="${root}${stylePath}">
<link rel="icon" type="image/svg+xml" href="${root}assets/icon.svg">
<script type="module" src="${root}${scriptPath}"></script>
</head>
<body>
<a class="skip" href="#content">Skip to content</a>
<header class="top">
<a class="brand" href="${root}overview">media<b>hooks</b></a>
<nav aria-label="Console">${sections.map(
  ([name, title]) => html`<a href="${root}${name}"${page.section === name && html` aria-current="page"`}>${title}</a>`,
)}</nav>
<div class="corner">${
  page.isLive === true &&
  html`<button class="live" type="button" data-live="${root}live?page=${encodeURIComponent(place)}" data-state="${state}" hidden aria-pressed="true"><span class="dot"></span><span data-live-text>Live</span></button>`
}${viewer.user !== undefined && html`<span class="user" title="Who you are here">${viewer.user}</span>`}</div>
</header>
<main id="content" tabindex="-1">
`;

export const ending: Markup = html`
</main>
<footer>Times are UTC. Fields a provider marks secret are redacted.</footer>
</body>
</html>
`;

export const layout = (page: Page, frame: Frame): Markup => html`${beginning(page, frame)}${page.body}${ending}`;
