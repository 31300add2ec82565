import type { TimestampPlace } from '../guards/guard.ts';
import { isTimestamp, withoutTimestamps } from '../guards/signature-header.ts';
import type { StoredDelivery } from '../inbox/inbox.ts';
import { formsOf, percentEncoded, redacted } from '../redact.ts';
import type { Source } from '../source.ts';
import { isNamed } from './form-fields.ts';
import { minSecretLength, readBodySecrets } from './mask-body.ts';

type Scrub = (text: string) => string;

/** Knows what of one delivery may be shown. */
export interface Redaction {
  /** Takes everything secret out of a text: of the sources, of the delivery's credentials, of its payload. */
  readonly scrub: Scrub;
  /** A payload, or anything else that is JSON. */
  value(value: unknown): unknown;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly query: string;
  /** What follows the receiver's mount, without the query. */
  readonly path: string;
  /** `undefined` where nothing of the body may be shown. */
  readonly body: string | undefined;
}

/** Headers and parameters with such names are taken for credentials, whoever reads them. */
const credentialName = /auth|cookie|credential|jwt|key|pass|secret|session|sig|token/i;

/** All that is shown of the headers of a source that is not configured. */
const plainHeaders = new Set(
  'accept accept-encoding accept-language cache-control connection content-length content-type date host user-agent'.split(
    ' ',
  ),
);

/** So many values of a body are looked for wherever else they occur; of a body with more, nothing is shown. */
const maxTexts = 100;

/** `source` is `undefined` where it is no longer configured: then everything that could be a credential is hidden. */
export const redactionOf = (
  delivery: StoredDelivery,
  source: Source | undefined,
  sources: ReadonlyMap<string, Source>,
): Redaction => {
  const guards = source?.provider.guards ?? [];
  const names = new Set((source?.provider.redact ?? []).map((name) => name.toLowerCase()));
  const hiddenHeaders = new Set(
    guards.flatMap(({ places }) => (places.headers ?? []).map((name) => name.toLowerCase())),
  );
  const hiddenParameters = new Set(guards.flatMap(({ places }) => places.query ?? []));
  const timestamps = guards.flatMap(({ places }) => places.timestamp ?? []);
  const timestampsIn = (header: string): readonly TimestampPlace[] =>
    timestamps.filter((place) => place.header.toLowerCase() === header);
  const isHiddenHeader = (name: string, value: string): boolean => {
    if (timestampsIn(name).some(({ field }) => field === undefined) && isTimestamp(value)) return false;
    return hiddenHeaders.has(name) || credentialName.test(name) || (source === undefined && !plainHeaders.has(name));
  };
  // why not the timestamps: they would be taken out of every id and date that is made of the same digits.
  const secretsIn = (name: string, value: string): readonly string[] => {
    const rest = timestampsIn(name).reduce((left, { field }) => withoutTimestamps(left, field), value);
    return rest === '' ? [] : [value, ...rest.split(/[\s,;=]+/)];
  };
  const isHiddenParameter = (name: string): boolean =>
    source === undefined || hiddenParameters.has(name) || credentialName.test(name) || isNamed(name, names);

  const text = textOf(delivery.body);
  const body = text === undefined ? undefined : readBodySecrets(text, names);
  const isOpaque = source === undefined || body === undefined || body.texts.length > maxTexts;

  const own = [
    ...delivery.headers.flatMap(([name, value]) => (isHiddenHeader(name, value) ? secretsIn(name, value) : [])),
    ...[...new URLSearchParams(delivery.query)].flatMap(([name, value]) => (isHiddenParameter(name) ? [value] : [])),
    ...(delivery.pathToken === undefined ? [] : [delivery.pathToken]),
    ...(isOpaque ? [] : body.texts),
  ].filter(({ length }) => length >= minSecretLength);
  const texts = [...new Set(own.slice(0, 4 * maxTexts).flatMap(formsOf))].sort((a, b) => b.length - a.length);
  const scrub: Scrub = (given) => {
    const withoutSecrets = [...sources.values()].reduce((rest, one) => one.scrub(rest), given);
    return texts.reduce((rest, secret) => rest.replaceAll(secret, redacted), withoutSecrets);
  };

  return {
    scrub,
    value: (value) => redactValue(value, isOpaque ? undefined : names, scrub),
    headers: delivery.headers.map(([name, value]) => [
      scrub(name),
      isHiddenHeader(name, value) ? redacted : scrub(value),
    ]),
    query: redactQuery(delivery.query, isHiddenParameter, scrub),
    path: `/${delivery.source}${delivery.pathToken === undefined ? '' : `/${redacted}`}`,
    body: isOpaque ? undefined : body.mask(scrub),
  };
};

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** `undefined` for what is not UTF-8: nobody can say what it holds. */
const textOf = (bytes: Uint8Array): string | undefined => {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
};

/** Without names, nothing but the form is left: which fields there are. */
const redactValue = (value: unknown, names: ReadonlySet<string> | undefined, scrub: Scrub): unknown => {
  if (Array.isArray(value)) return value.map((child) => redactValue(child, names, scrub));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([name, child]) => [
        scrub(name),
        names?.has(name.toLowerCase()) ? redacted : redactValue(child, names, scrub),
      ]),
    );
  }
  if (names === undefined) return typeof value === 'string' || typeof value === 'number' ? redacted : value;
  if (typeof value === 'string') return scrub(value);
  return typeof value === 'number' && scrub(String(value)) !== String(value) ? redacted : value;
};

const redactQuery = (query: string, isHidden: (name: string) => boolean, scrub: Scrub): string =>
  query
    .split('&')
    .map((pair) => {
      const [[name, value] = ['', '']] = [...new URLSearchParams(pair)];
      if (pair === '') return pair;
      if (!isHidden(name) && scrub(value) === value && scrub(name) === name) return scrub(pair);
      return `${percentEncoded(scrub(name))}=${redacted}`;
    })
    .join('&');
