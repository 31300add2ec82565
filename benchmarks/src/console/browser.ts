/** Fetches a page whole; gives its text. */
export const fetchPage = async (url: string): Promise<string> => {
  const response = await fetch(url);
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${url} answered ${response.status}.`);
  return text;
};

/** The address of the page after so many, as a person gets there: from link to link. The last, where there are fewer. */
export const addressOfPage = async (first: string, number: number): Promise<string> => {
  let url = first;
  for (let page = 1; page < number; page += 1) {
    const link = /rel="next" href="([^"]+)"/.exec(await fetchPage(url))?.[1];
    if (link === undefined) break;
    url = new URL(link.replaceAll('&amp;', '&'), url).href;
  }
  return url;
};

/** Has a page open as a browser does: follows its stream, and fetches it again whenever that says that it has changed. Gives what ends it. */
export const openPage = async (mount: string, path: string): Promise<() => void> => {
  const closing = new AbortController();
  await fetchPage(`${mount}/${path}`);
  const stream = await fetch(`${mount}/live?page=${encodeURIComponent(path)}`, { signal: closing.signal });
  const follow = async (): Promise<void> => {
    const decoder = new TextDecoder();
    for await (const chunk of stream.body ?? []) {
      if (decoder.decode(chunk, { stream: true }).includes('event: state')) await fetchPage(`${mount}/${path}`);
    }
  };
  follow().catch((error: unknown) => {
    if (!closing.signal.aborted) throw error;
  });
  return () => closing.abort();
};
