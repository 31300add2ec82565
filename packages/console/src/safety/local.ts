import { parseAddress } from '@mediahooks/core';
import type { RequestOrigin } from '../asked.ts';

/** Headers that only a proxy writes, or somebody who plays one. */
const proxyHeaders = [
  'forwarded',
  'via',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-real-ip',
  'x-client-ip',
  'true-client-ip',
  'cf-connecting-ip',
];

/**
 * Whether a request comes from this machine: by its connection's address alone. Behind a proxy on the same machine everything would seem
 * to, so a request that any proxy has marked does not; and a name other than this machine's own in `Host` is another site's that has had
 * itself resolved to 127.0.0.1 (DNS rebinding).
 */
export const isLocal = (request: Request, from: RequestOrigin): boolean => whyNotLocal(request, from) === undefined;

/** Why a request is not taken for one of this machine, or `undefined` where it is. */
export const whyNotLocal = ({ headers }: Request, { address, req }: RequestOrigin): string | undefined => {
  if (address === undefined) {
    return "This console is for this machine alone (authorize: 'local'), and this platform does not show where a request comes from.";
  }
  if (!isLoopback(address)) return "This console is for this machine alone (authorize: 'local').";
  const header = proxyHeaders.find((name) => headers.has(name));
  if (header !== undefined) {
    return `This console is for this machine alone (authorize: 'local'), and a proxy has passed this request on (${header}).`;
  }
  // why: nginx, told nothing but where to pass requests on to, marks them in no way and calls this server by its own address: all that
  // is left to know it by is that it speaks HTTP/1.0 (nginx.org, proxy_http_version, proxy_set_header). No browser does.
  if (req?.httpVersion === '1.0') {
    return "This console is for this machine alone (authorize: 'local'), and this request came by HTTP/1.0, as a proxy passes it on.";
  }
  if (!isOwnName(headers.get('host') ?? '')) {
    return "This console is for this machine alone (authorize: 'local'): open it as localhost or 127.0.0.1, not under another name.";
  }
  return undefined;
};

/** 127.0.0.0/8 and ::1. */
const isLoopback = (text: string): boolean => {
  const address = parseAddress(text);
  return address?.kind === 'ipv4' ? address.number >> 24n === 127n : address?.number === 1n;
};

/** Whether the value of `Host` is this machine's own name, and nothing that a URL would read as more than a name. */
export const isOwnName = (host: string): boolean => {
  const name = host.replace(/:[0-9]{1,5}$/, '').toLowerCase();
  if (!/^[a-z0-9._-]+$|^\[[0-9a-f:.]+\]$/.test(name)) return false;
  if (name === 'localhost' || name.endsWith('.localhost')) return true;
  return isLoopback(name.replace(/^\[(.*)\]$/, '$1'));
};
