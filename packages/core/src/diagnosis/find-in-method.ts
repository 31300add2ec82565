import { quote } from '../rejection.ts';
import type { Finders } from './finders.ts';
import type { Finding, RefusedDelivery } from './finding.ts';

/** Who sends something other than a POST: a browser, or a platform after a redirect. */
export const findInMethod = ({ incoming }: RefusedDelivery, { sources }: Finders): Finding | undefined => {
  const { headers, method } = incoming;
  if (method === 'OPTIONS' && headers.get('access-control-request-method') !== undefined) {
    return {
      cause: 'cors-preflight',
      hint:
        'A script in a browser asked by OPTIONS whether it may send here. Platforms send from their servers and never ask; ' +
        'deliveries must not be sent from a page, because the page would have to know the secret.',
    };
  }
  if (method !== 'GET' && method !== 'HEAD') return undefined;
  const credential = [...sources.values()]
    .flatMap(({ provider }) => provider.guards.flatMap(({ places }) => places.headers ?? []))
    .find((header) => header !== 'authorization' && headers.get(header) !== undefined);
  if (credential !== undefined) {
    return {
      cause: 'redirected-to-get',
      hint:
        `The method was ${quote(method)}, and the header ${credential} of a delivery came with it: a redirect (301, 302 or 303) has ` +
        'turned the POST into a GET and thrown the body away. Give the platform the final address: https, the right host, and ' +
        'the path as it is in your app, with or without a slash at its end.',
    };
  }
  if (headers.get('accept')?.includes('text/html')) {
    return {
      cause: 'opened-in-browser',
      hint:
        `The method was ${quote(method)}, and a browser asked for a page: somebody opened the address. Nothing is wrong. ` +
        'To try the receiver, send it a POST.',
    };
  }
  return undefined;
};
