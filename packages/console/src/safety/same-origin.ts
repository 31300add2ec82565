/**
 * Whether a request that changes something was sent by one of our own pages. `Sec-Fetch-Site` cannot be set by a page and says it where
 * browsers send it: over HTTPS, and to localhost. Elsewhere `Origin` says it, which comes with every form that is posted. A request with
 * neither is nobody's page.
 */
export const isSameOrigin = ({ headers }: Request): boolean => {
  const site = headers.get('sec-fetch-site');
  if (site !== null) return site === 'same-origin';
  const origin = headers.get('origin');
  const host = headers.get('host');
  if (origin === null || host === null || !URL.canParse(origin)) return false;
  // why: without the scheme, which a proxy that ends TLS changes.
  return new URL(origin).host === host.toLowerCase();
};

/**
 * Whether a page of somebody else's draws this in: as an image, a script or a stream. It could not read it, but every open stream
 * asks the inbox again and again. Links from elsewhere lead here as ever.
 */
export const isDrawnInElsewhere = ({ headers }: Request): boolean =>
  ['cross-site', 'same-site'].includes(headers.get('sec-fetch-site') ?? '') &&
  headers.get('sec-fetch-mode') !== 'navigate';
