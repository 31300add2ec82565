import type { IncomingDelivery } from '../delivery.ts';
import { quote } from '../rejection.ts';
import { ipv4Number, parseAddress } from './address.ts';
import { type TrustFunction, trustNone } from './trust-proxy.ts';

/** The sender's address, or why it cannot be known. */
export type SenderAddress =
  | { readonly address: string; readonly unknown?: undefined }
  | { readonly address?: undefined; readonly unknown: string };

/**
 * Walks from the connection outwards through `X-Forwarded-For` as long as each hop is a believed proxy. The first that is not
 * believed is the sender. An entry that only believed proxies vouch for by *being* believed themselves (the list ended before an
 * unbelieved address came) proves nothing: anyone could have written it.
 */
export const senderAddress = (
  delivery: Pick<IncomingDelivery, 'hasSocket' | 'headers' | 'socketAddress'>,
  trust: TrustFunction | undefined,
): SenderAddress => {
  const { hasSocket, socketAddress } = delivery;
  let current: string | undefined;
  if (hasSocket) {
    // why: a socket closed by the other side forgets its address. Treating that as "no socket" would let anyone who hangs up
    // early be believed like a proxy.
    if (socketAddress === undefined)
      return { unknown: 'The connection has no address (any more), or is a Unix socket.' };
    // why: a link-local address comes with a zone (`fe80::1%eth0`), which names the receiver's own interface.
    current = normalise(socketAddress.includes('%') ? socketAddress.replace(/%[^%]*$/, '') : socketAddress);
    if (current === undefined)
      return { unknown: `The connection's address ${quote(socketAddress)} is not an IP address.` };
    if (trust === undefined || !trust(current, 0)) return { address: current };
  } else if (trust === undefined || trust === trustNone) {
    // why: with no proxy believed, X-Forwarded-For is whatever the sender wrote.
    return { unknown: 'This platform shows no connection, and trustProxy believes no proxy.' };
  }

  const forwarded = delivery.headers.all('x-forwarded-for').join(',').split(',').reverse();
  if (forwarded.length === 1 && forwarded[0]?.trim() === '') {
    if (current !== undefined) return { address: current };
    return { unknown: 'This platform shows no connection, and there is no X-Forwarded-For.' };
  }
  for (const [index, entry] of forwarded.entries()) {
    const address = normalise(entry.trim());
    if (address === undefined)
      return { unknown: `X-Forwarded-For has an entry that is no IP address: ${quote(entry.trim())}.` };
    if (!trust(address, index + 1)) return { address };
  }
  return {
    unknown:
      `X-Forwarded-For has ${forwarded.length} entries and trustProxy believes all of them, so none is proven to be the sender. ` +
      'Set trustProxy to the number of proxies that are really in front.',
  };
};

const normalise = (text: string): string | undefined =>
  // why: such an address is its own shortest form, but for the `::ffff:` before it.
  ipv4Number(text) === undefined ? parseAddress(text)?.toString() : text.slice(text.lastIndexOf(':') + 1);
