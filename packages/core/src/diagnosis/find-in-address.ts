import { parseAddress } from '../address/address.ts';
import { addressRanges } from '../address/address-ranges.ts';
import { namedSubnets } from '../address/trust-proxy.ts';
import { quote } from '../rejection.ts';
import type { Source } from '../source.ts';
import type { Finding, RefusedDelivery } from './finding.ts';

/** More proxies than that are nobody's. */
const maxHops = 20;

/** Headers in which proxies put the address where they do not write X-Forwarded-For. None of them is read: each could be the sender's. */
const otherHeaders = [
  'forwarded',
  'x-real-ip',
  'cf-connecting-ip',
  'true-client-ip',
  'fastly-client-ip',
  'x-client-ip',
];

const check = 'Check it as docs/proxies.md says ("Finding your number"), with a forged header too.';

/**
 * Why a sender's address is not one of those allowed. Whatever X-Forwarded-For says, anyone can have written it, so what it says decides
 * nothing here: a number of proxies is named only where all of them are on this machine or in a private network, and then as a question.
 */
export const findInAddress = (refused: RefusedDelivery): Finding | undefined => {
  const { incoming, sender, source } = refused;
  if (source === undefined) return undefined;
  if (incoming.hasSocket && incoming.socketAddress === undefined) {
    return {
      cause: 'connection-without-address',
      hint:
        'The connection has no address: it comes through a Unix socket, or the sender has hung up already. Behind a proxy on this machine ' +
        'let the app listen on 127.0.0.1 instead of a socket file, and set trustProxy to the number of proxies.',
    };
  }
  const chain = chainOf(refused);
  const unreadable = chain.find((hop) => hop.address === undefined);
  if (sender.address === undefined && unreadable !== undefined) {
    return {
      cause: 'forwarded-for-unreadable',
      hint:
        `X-Forwarded-For has an entry that is no IP address: ${quote(unreadable.text)}. A proxy that writes ports or names does that: have it ` +
        'write the address alone (on an AWS load balancer, turn "client port preservation" off).',
    };
  }
  // why: where the platform shows no connection, the last entry stands for a proxy that is not in the list.
  const unseen = incoming.hasSocket ? 0 : 1;
  if (sender.address !== undefined) return tooFewBelieved(refused, source, chain, unseen);
  return chain.length === 0 ? withoutForwardedFor(refused) : tooManyBelieved(source, chain, unseen);
};

interface Hop {
  readonly text: string;
  /** `undefined` where it is none. */
  readonly address: string | undefined;
}

/** From the connection outwards, as the pipeline walks. Without a connection the first hop is the last entry. */
const chainOf = ({ incoming }: RefusedDelivery): readonly Hop[] => {
  const forwarded = incoming.headers.all('x-forwarded-for').join(',').split(',').reverse().slice(0, maxHops);
  const entries = forwarded.length === 1 && forwarded[0]?.trim() === '' ? [] : forwarded;
  const hops = incoming.hasSocket ? [(incoming.socketAddress ?? '').replace(/%[^%]*$/, ''), ...entries] : entries;
  return hops.map((text) => ({ text: text.trim(), address: parseAddress(text.trim())?.toString() }));
};

const isAllowed = (source: Source, address: string | undefined): boolean =>
  address !== undefined && source.addressGuards.every((guard) => guard.check(address).refused === undefined);

/** Believing fewer lets nobody in who is not let in already; the number is named for proxies in a private network only, all the same. */
const tooManyBelieved = (source: Source, chain: readonly Hop[], unseen: number): Finding => {
  const count = chain.length - 1 + unseen;
  const isLikely = count > 0 && chain.slice(0, -1).every(isOwn) && isAllowed(source, chain.at(-1)?.address);
  const question = isLikely ? ` ${areTheyYours(count)} Then trustProxy: ${count} is right.` : '';
  return {
    cause: 'trust-proxy-too-high',
    hint:
      `The request came through ${proxies(count)}, and trustProxy believes more, so nobody has vouched for the sender's address. ` +
      `Set trustProxy to the number of proxies that are really in front.${question} ${check}`,
  };
};

const isOwn = (hop: Hop | undefined): boolean => hop?.address !== undefined && privateRanges.has(hop.address);

const tooFewBelieved = (
  refused: RefusedDelivery,
  source: Source,
  chain: readonly Hop[],
  unseen: number,
): Finding | undefined => {
  const { sender } = refused;
  const believed = chain.findIndex(({ address }) => address === sender.address);
  if (believed === -1 || !isOwn(chain[believed])) {
    return allowedFurtherOut(source, chain, believed) ? behindPublicProxies(chain, believed) : undefined;
  }
  if (believed === chain.length - 1) return withoutForwardedFor(refused);
  // why: counted by the addresses of the proxies, which nobody outside can choose, and not by where an allowed address stands.
  let place = believed;
  while (isOwn(chain[place])) place += 1;
  const wouldWork = isAllowed(source, chain[place]?.address);
  const count = place + unseen;
  return {
    cause: 'address-behind-proxies',
    hint:
      `The address ${quote(sender.address ?? '')} is a proxy's in a private network: the request came through ${proxies(count)} of such ` +
      `an address, and trustProxy believes ${believed + unseen}. ` +
      (wouldWork
        ? `${areTheyYours(count)} Then trustProxy: ${count} is right; if not, it lets anyone in who writes that header. ${check}`
        : `The address before ${count === 1 ? 'it' : 'them'} is not an allowed one either. ${check}`),
  };
};

const allowedFurtherOut = (source: Source, chain: readonly Hop[], believed: number): boolean =>
  believed !== -1 && chain.slice(believed + 1).some(({ address }) => isAllowed(source, address));

/** No number: a forger who connects directly and writes the header himself looks just the same. */
const behindPublicProxies = (chain: readonly Hop[], believed: number): Finding => ({
  cause: 'address-behind-proxies',
  hint:
    `The address ${quote(chain[believed]?.text ?? '')} is not an allowed one, and X-Forwarded-For names one that is. Anyone can write that ` +
    `header, so this may be a forgery. Only if ${quote(chain[believed]?.text ?? '')} is a proxy or CDN of yours does trustProxy believe too few. ${check}`,
});

const withoutForwardedFor = ({ incoming, sender }: RefusedDelivery): Finding => {
  const other = otherHeaders.find((name) => incoming.headers.get(name) !== undefined);
  const what =
    sender.address === undefined
      ? 'This platform shows no connection'
      : `The address ${quote(sender.address)} is of this machine or a private network`;
  return {
    cause: 'forwarded-for-missing',
    hint:
      `${what}, and there is no X-Forwarded-For: ` +
      (other === undefined
        ? 'either a proxy is in front that does not write it, or somebody tries the receiver from close by. Let the proxy write it, then set trustProxy.'
        : `the proxy writes ${other} instead, which is not read. Let it write X-Forwarded-For, then set trustProxy.`),
  };
};

const areTheyYours = (count: number): string =>
  count === 1
    ? 'Is 1 proxy of yours in front, and does it write X-Forwarded-For itself?'
    : `Are ${count} proxies of yours in front, and does the last one write X-Forwarded-For itself?`;

const proxies = (count: number): string => (count === 1 ? '1 proxy' : `${count} proxies`);

/** This machine's, those of private networks, and those that carriers share among customers (RFC 6598). */
const privateRanges = addressRanges([...[...namedSubnets.values()].flat(), '100.64.0.0/10'], 'privateRanges');
