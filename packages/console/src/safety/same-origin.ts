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
