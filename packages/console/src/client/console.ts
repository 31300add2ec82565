// What makes the pages livelier; all of them work without it. It stands alone: it is served as it is, but for its types, from
// assets/script.ts, which npm run console:script writes.

const secondMs = 1000;

/** Shows what only works with this script. */
const wake = (within: ParentNode): void => {
  for (const button of within.querySelectorAll<HTMLElement>('[data-copy]')) button.hidden = false;
  for (const time of within.querySelectorAll('time')) time.title = new Date(time.dateTime).toString();
};

const copy = async (button: HTMLElement): Promise<void> => {
  const text = document.getElementById(button.dataset.copy ?? '')?.textContent ?? '';
  const before = button.textContent;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = 'Copied';
  } catch {
    // why: without HTTPS there is no clipboard.
    button.textContent = 'Select it, please';
  }
  setTimeout(() => {
    button.textContent = before;
  }, 2 * secondMs);
};

const foldAll = (button: HTMLElement): void => {
  const isOpen = button.dataset.fold === 'open';
  const tree = document.getElementById(button.getAttribute('aria-controls') ?? '');
  for (const part of tree?.querySelectorAll('details') ?? []) part.open = isOpen;
};

document.addEventListener('click', ({ target }) => {
  const button = target instanceof Element ? target.closest<HTMLElement>('[data-copy], [data-fold]') : null;
  if (button?.dataset.copy !== undefined) void copy(button);
  else if (button !== null) foldAll(button);
});

/** What is selected must not be taken away from under the mouse. */
const isSelectedIn = (region: Element): boolean => {
  const selection = getSelection();
  return selection !== null && !selection.isCollapsed && selection.containsNode(region, true);
};

const keyOf = (element: Element | null): string | undefined =>
  element?.getAttribute('href') ?? element?.closest('[data-keep]')?.getAttribute('data-keep') ?? undefined;

/** Puts the new state of a region in its place; what was folded open, focused or seen before stays so. */
const replaceRegion = (region: Element, fresh: Element): void => {
  if (region.innerHTML === fresh.innerHTML || isSelectedIn(region)) return;
  const opened = new Set([...region.querySelectorAll('details[open][data-keep]')].map(keyOf));
  const focused = region.contains(document.activeElement) ? keyOf(document.activeElement) : undefined;
  const known = new Set([...region.querySelectorAll('td.id a')].map(keyOf));
  const adopted = document.adoptNode(fresh);
  for (const part of adopted.querySelectorAll('details[data-keep]')) {
    if (opened.has(keyOf(part))) part.setAttribute('open', '');
  }
  if (known.size > 0) {
    for (const link of adopted.querySelectorAll('td.id a')) {
      if (!known.has(keyOf(link))) link.closest('tr')?.classList.add('new');
    }
  }
  region.replaceChildren(...adopted.childNodes);
  wake(region);
  if (focused === undefined) return;
  const again = [...region.querySelectorAll<HTMLElement>('a, summary, button')].find(
    (element) => keyOf(element) === focused,
  );
  again?.focus({ preventScroll: true });
};

const startLive = (button: HTMLElement): void => {
  const text = button.querySelector('[data-live-text]');
  let state = button.dataset.state;
  let stream: EventSource | undefined;
  let isWanted = true;
  let isBusy = false;

  const say = (what: string, isLost = false): void => {
    if (text !== null) text.textContent = what;
    button.classList.toggle('lost', isLost);
    button.setAttribute('aria-pressed', String(isWanted));
  };

  const refresh = async (): Promise<void> => {
    if (isBusy) return;
    isBusy = true;
    try {
      const response = await fetch(location.href, { headers: { accept: 'text/html' } });
      if (!response.ok) return;
      // why: a document made this way runs no script.
      const fresh = new DOMParser().parseFromString(await response.text(), 'text/html');
      for (const region of document.querySelectorAll('[data-region]')) {
        const next = fresh.getElementById(region.id);
        if (next !== null) replaceRegion(region, next);
      }
    } catch {
      say('Lost', true);
    } finally {
      isBusy = false;
    }
  };

  const open = (): void => {
    if (stream !== undefined || !isWanted || document.hidden) return;
    stream = new EventSource(button.dataset.live ?? '');
    stream.addEventListener('open', () => say('Live'));
    stream.addEventListener('error', () => say('Lost', true));
    stream.addEventListener('state', ({ data }) => {
      const isNew = data !== state;
      state = data;
      if (isNew) void refresh();
    });
  };
  const close = (): void => {
    stream?.close();
    stream = undefined;
  };

  button.hidden = false;
  button.addEventListener('click', () => {
    isWanted = !isWanted;
    if (isWanted) open();
    else close();
    say(isWanted ? 'Live' : 'Paused');
  });
  // why: browsers have few connections for a host, and a tab that nobody sees would hold one.
  document.addEventListener('visibilitychange', () => (document.hidden ? close() : open()));
  addEventListener('pagehide', close);
  addEventListener('pageshow', open);
  open();
};

document.documentElement.classList.add('scripted');
wake(document);
const liveButton = document.querySelector<HTMLElement>('[data-live]');
if (liveButton !== null) startLive(liveButton);
