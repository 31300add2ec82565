import type { Delivery } from './delivery.ts';
import { ConfigurationError } from './errors.ts';
import type { EventDelivery } from './event.ts';
import { checkGuards } from './guards/check-guards.ts';
import type { AddressGuard, CredentialGuard, PayloadGuard } from './guards/guard.ts';
import { type DeliveryHeaders, headersWithout } from './headers.ts';
import type { Provider } from './provider.ts';
import { quote } from './rejection.ts';
import type { Writable } from './writable.ts';

/** A provider under the name its user gave it, sorted out for the pipeline. */
export interface Source {
  readonly name: string;
  readonly provider: Provider;
  readonly addressGuards: readonly AddressGuard[];
  readonly credentialGuards: readonly CredentialGuard[];
  readonly payloadGuards: readonly PayloadGuard[];
  /** Nothing but the payload proves a delivery: before it is parsed, nothing is authentic. */
  readonly provenByPayloadAlone: boolean;
  /** Headers with credentials that no guard reads, in lower case: not kept. */
  readonly needlessHeaders: ReadonlySet<string>;
  /** The name of a header that matters and arrived more than once. */
  doubledHeader(headers: DeliveryHeaders): string | undefined;
  /** Whether a path segment behind the source's name may be a token. */
  readonly takesPathToken: boolean;
  /** How long a handled delivery is recognised, in milliseconds; `undefined` where it is not. */
  readonly dedupeWindowMs: number | undefined;
  /** Whether, for want of a delivery id, equal bodies count as the same delivery: only where the user asked for it. */
  readonly recognisesBodies: boolean;
  /** What handlers may see of a delivery: everything but its credentials. */
  describe(delivery: Delivery): EventDelivery;
  /** Takes the secrets of this source out of a text. */
  scrub(text: string): string;
}

/** Where the platform has a delivery id. */
const defaultDedupeWindowMs = 24 * 60 * 60 * 1000;

/** Always hidden, whatever the provider says. */
export const alwaysHidden: readonly string[] = ['authorization', 'proxy-authorization', 'cookie'];

/** @throws {ConfigurationError} `source-invalid` for a name that cannot be a path segment and a prefix of event names. */
export const createSource = (name: string, provider: Provider): Source => {
  if (!/^[A-Za-z0-9_-]+$/.test(name)) {
    throw new ConfigurationError(
      'source-invalid',
      `createWebhooks: ${quote(name)} cannot name a source: use letters, digits, "-" and "_".`,
    );
  }
  if (typeof provider !== 'object' || provider === null || !Array.isArray(provider.guards)) {
    throw new ConfigurationError(
      'source-invalid',
      `createWebhooks: source "${name}" is not a provider. Use gcore(), ignite(…), … or defineProvider(…).`,
    );
  }
  checkGuards(`createWebhooks: source "${name}"`, provider.guards);
  const { guards, options } = provider;
  if (guards.length === 0 && options.unsafeWithoutVerification !== true) {
    throw new ConfigurationError('guard-missing', `createWebhooks: nothing proves the deliveries of source "${name}".`);
  }
  const guardHeaders = guards.flatMap((guard) => guard.places.headers ?? []).map((header) => header.toLowerCase());
  const plainHeaders = [...guards.flatMap((guard) => guard.headers ?? []), ...provider.headers];
  const singleHeaders = [...guardHeaders, ...plainHeaders];
  const hiddenHeaders = new Set([...alwaysHidden, ...guardHeaders]);
  const hiddenQuery = new Set(guards.flatMap((guard) => guard.places.query ?? []));
  return {
    name,
    provider,
    addressGuards: guards.filter((guard) => guard.stage === 'address'),
    credentialGuards: guards.filter((guard) => guard.stage === 'credential'),
    payloadGuards: guards.filter((guard) => guard.stage === 'payload'),
    provenByPayloadAlone: guards.length > 0 && guards.every((guard) => guard.stage === 'payload'),
    needlessHeaders: new Set(alwaysHidden.filter((header) => !guardHeaders.includes(header))),
    doubledHeader(headers) {
      for (const header of singleHeaders) if (headers.all(header).length > 1) return header;
      // why: fetch and many proxies join two arrivals by a comma. Guards find that in their own headers themselves.
      for (const header of plainHeaders) if (headers.get(header)?.includes(',')) return header;
      return undefined;
    },
    takesPathToken: guards.some((guard) => guard.places.path === true),
    dedupeWindowMs: readDedupeWindowMs(provider),
    recognisesBodies: typeof options.dedupe === 'object',
    describe(delivery) {
      const providerId = provider.deliveryId(delivery);
      const described: Writable<EventDelivery> = {
        id: delivery.id,
        source: name,
        receivedAt: new Date(delivery.receivedAt),
        headers: headersWithout(delivery.headers, hiddenHeaders),
        query: queryWithout(delivery.query, hiddenQuery),
        body: delivery.body,
      };
      if (delivery.address !== undefined) described.address = delivery.address;
      if (providerId !== undefined) described.providerId = providerId;
      return described;
    },
    scrub: (text) => guards.reduce((rest, guard) => guard.scrub?.(rest) ?? rest, text),
  };
};

const queryWithout = (query: URLSearchParams, hidden: ReadonlySet<string>): URLSearchParams =>
  query.size === 0 ? new URLSearchParams() : new URLSearchParams([...query].filter(([param]) => !hidden.has(param)));

const readDedupeWindowMs = ({ guards, identifiesDeliveries, options }: Provider): number | undefined => {
  if (options.dedupe === false) return undefined;
  const windowMs = options.dedupe?.window ?? (identifiesDeliveries ? defaultDedupeWindowMs : undefined);
  if (windowMs === undefined) return undefined;
  // why: forgotten any earlier, a captured delivery would be handled again while its signature still counts.
  const wanted = guards.map((guard) => (guard.stage === 'credential' ? (guard.replayableMs ?? 0) : 0));
  // why whole, and no longer: a storage keeps when it ends as a whole number. Redis refuses any other once it has taken the key.
  return Math.min(Math.ceil(Math.max(windowMs, ...wanted)), longestDedupeWindowMs);
};

/** Some 140,000 years. */
const longestDedupeWindowMs = 2 ** 52;

/** @throws {ConfigurationError} `nothing-configured` without any; what {@link createSource} throws. */
export const readSources = (sources: unknown): ReadonlyMap<string, Source> => {
  if (typeof sources !== 'object' || sources === null || Object.keys(sources).length === 0) {
    throw new ConfigurationError('nothing-configured', 'createWebhooks: option "sources" is missing or empty.');
  }
  return new Map(Object.entries(sources).map(([name, provider]) => [name, createSource(name, provider)]));
};
