import { equalBytes, hmacKey } from '#crypto';
import { type HmacAlgorithm, isThenable, type MaybePromise, whenReady } from '../crypto/types.ts';
import type { Delivery } from '../delivery.ts';
import type { HmacScheme } from '../diagnosis/hmac/hmac-scheme.ts';
import { loadDiagnosis } from '../diagnosis/load-diagnosis.ts';
import { createSecretProbe } from '../diagnosis/secret-probe.ts';
import { duration } from '../duration.ts';
import { ConfigurationError } from '../errors.ts';
import { headerName } from '../header-name.ts';
import { bytesFromBase64, bytesFromHex, hexFromBytes } from '../hex.ts';
import { checkOptions } from '../options.ts';
import { quote, type Rejection, rejection } from '../rejection.ts';
import { readSecrets, type Secret, type SecretOrigin } from '../secret.ts';
import { scrubber } from './compare-token.ts';
import type { CredentialGuard, CredentialPlaces, Verdict } from './guard.ts';
import {
  isTimestamp,
  maxSignatures,
  readSignatureHeader,
  type SignatureFields,
  type SignatureForm,
} from './signature-header.ts';

export interface HmacOptions {
  /** The key: its UTF-8 bytes, nothing stripped and nothing decoded. Use `secretBytes` where a platform means something else. */
  readonly secret: Secret;
  /** Header that carries the signature. */
  readonly header: string;
  /** Default `SHA-256`. */
  readonly algorithm?: HmacAlgorithm;
  /** How the signature is written. Default `hex`: strict, either case. */
  readonly encoding?: 'base64' | 'hex';
  /** What stands before the signature where the header holds nothing else, like `sha256=`. */
  readonly prefix?: string;
  /**
   * What stands between signatures where the header may hold several, as while the sender changes its secret: a blank in `v1,… v1,…`.
   * At most 10 are taken. Those behind another prefix, like `v1a,…`, are passed over. Default: the header holds one signature. Not for
   * `fields`, of which the signature may come several times beside a timestamp.
   */
  readonly separator?: ' ' | ',';
  /** For headers like `t=…,v1=…`: which field holds what. */
  readonly fields?: SignatureFields;
  /**
   * What is signed: text with `{timestamp}` and `{header:name}`, and `{body}` at the end. Default `{body}`, or
   * `{timestamp}.{body}` where a timestamp is configured.
   */
  readonly signed?: string;
  /** Header that carries the timestamp, where it is not a field of the signature's own header. */
  readonly timestampHeader?: string;
  /** Unit of the timestamp: milliseconds or seconds since the epoch. Required where there is one. */
  readonly timestampUnit?: 'ms' | 's';
  /** How many milliseconds the timestamp may differ from now, either way; `false` turns that off. Default 300000, five minutes. */
  readonly toleranceMs?: number | false;
  /** Turns the secret into the key's bytes. Default: its UTF-8 bytes. */
  readonly secretBytes?: (secret: string) => Uint8Array;
  /** Names the option in errors; providers set it. */
  readonly origin?: SecretOrigin;
}

interface GivenSignature {
  readonly bytes: Uint8Array;
  /** The same as it was written. */
  readonly text: string;
}

const knownOptions = [
  'secret',
  'header',
  'algorithm',
  'encoding',
  'prefix',
  'separator',
  'fields',
  'signed',
  'timestampHeader',
  'timestampUnit',
  'toleranceMs',
  'secretBytes',
  'origin',
] as const satisfies (keyof HmacOptions)[];

const digestBytes = { 'SHA-256': 32, 'SHA-384': 48, 'SHA-512': 64 } as const;
const defaultToleranceMs = 300_000;
const encoder = new TextEncoder();

/**
 * A keyed signature over the raw bytes, and a timestamp where the platform sends one. Every secret of a rotation is tried, and every
 * signature of a sender that rotates its own.
 */
export const hmac = (options: HmacOptions): CredentialGuard => {
  checkOptions('hmac', options, knownOptions);
  const origin = options.origin ?? { owner: 'hmac', option: 'secret' };
  const secrets = readSecrets(options.secret, origin);
  checkForm(origin.owner, options);
  const algorithm = options.algorithm ?? 'SHA-256';
  const keys = secrets.map((secret) => hmacKey(algorithm, keyBytes(secret, options.secretBytes, origin)));
  const header = headerName(origin.owner, 'header', options.header);
  const timestampHeader =
    options.timestampHeader === undefined
      ? undefined
      : headerName(origin.owner, 'timestampHeader', options.timestampHeader);
  const hasTimestamp = options.fields?.timestamp !== undefined || timestampHeader !== undefined;
  const timestampUnitMs = unitMs(origin.owner, hasTimestamp, options.timestampUnit);
  const toleranceMs = readTolerance(origin.owner, options.toleranceMs);
  const signed = compileSigned(origin.owner, hasTimestamp, options.signed);
  const isHex = options.encoding !== 'base64';
  const decode = isHex ? bytesFromHex : bytesFromBase64;
  const form: SignatureForm = {
    prefix: options.prefix ?? '',
    separator: options.separator,
    fields: options.fields,
  };

  const check = (delivery: Delivery): MaybePromise<Verdict> => {
    const value = delivery.headers.get(header);
    if (value === undefined || value === '') {
      return { refused: rejection('credential-missing', `The header ${header} is missing or empty.`) };
    }
    const read = readSignatureHeader(value, form);
    if (read === 'malformed') {
      return { refused: rejection('credential-invalid', `The header ${header} is not of the form ${nameOf(form)}.`) };
    }
    if (read === 'too-many') {
      const what = `The header ${header} holds more than ${maxSignatures} signatures. None of so many is tried.`;
      return { refused: rejection('credential-invalid', what) };
    }
    const given: GivenSignature[] = [];
    for (const text of read.signatures) {
      const bytes = decode(text, digestBytes[algorithm]);
      if (bytes === undefined) {
        const which =
          read.signatures.length === 1 ? 'The signature' : `One of the ${read.signatures.length} signatures`;
        const size = `${digestBytes[algorithm]} bytes in ${options.encoding ?? 'hex'}`;
        return { refused: rejection('credential-invalid', `${which} in ${header} is not ${size}.`) };
      }
      given.push({ bytes, text });
    }
    const timestamp = timestampHeader === undefined ? read.timestamp : delivery.headers.get(timestampHeader);
    const untimely = hasTimestamp && checkTimestamp(timestamp, delivery.receivedAt);
    if (untimely) return { refused: untimely };
    const prefix = signed.prefix(timestamp ?? '', delivery);
    const digests = keys.map((key) => key(prefix, delivery.body));
    const at = signed.hasTimestampApart ? timestamp : undefined;
    return compare(given, at, digests);
  };

  const checkTimestamp = (timestamp: string | undefined, now: number): Rejection | undefined => {
    if (timestamp === undefined || timestamp === '') {
      const what =
        timestampHeader === undefined
          ? 'The signature has no timestamp.'
          : `The header ${timestampHeader}, which has the timestamp of the signature, is missing or empty.`;
      return rejection('credential-missing', what);
    }
    if (!isTimestamp(timestamp)) {
      return rejection('credential-invalid', `The timestamp ${quote(timestamp)} is not a whole number.`);
    }
    if (toleranceMs === false) return undefined;
    const ageMs = now - Number(timestamp) * timestampUnitMs;
    if (Math.abs(ageMs) <= toleranceMs) return undefined;
    const [distance, allowed] = [duration(Math.abs(ageMs)), duration(toleranceMs)];
    const when = `${distance === allowed ? `just more than ${allowed}` : distance} ${ageMs > 0 ? 'before' : 'after'} it arrived`;
    return rejection(
      'credential-expired',
      `The timestamp is ${when}; at most ${allowed} are allowed. Check this machine's clock, or how long the delivery was under way.`,
    );
  };

  /** `at` is the timestamp that is signed, as it was written; `undefined` where it is not {@link SignedContent.hasTimestampApart}. */
  const compare = (
    given: readonly GivenSignature[],
    at: string | undefined,
    digests: MaybePromise<Uint8Array>[],
  ): MaybePromise<Verdict> => {
    const ready: Uint8Array[] = [];
    for (const digest of digests) {
      if (isThenable(digest)) return Promise.all(digests).then((all) => judge(given, at, all));
      ready.push(digest);
    }
    return judge(given, at, ready);
  };

  // why: an inbox keeps keys in order. Behind a timestamp, those of deliveries that come together lie side by side, and a commit
  // changes one page of them, and not one for each.
  const fingerprintOf = (signature: string, at: string | undefined): string =>
    at === undefined ? signature : `${at} ${signature}`;

  const judge = (given: readonly GivenSignature[], at: string | undefined, digests: Uint8Array[]): Verdict => {
    let matched: GivenSignature | undefined;
    // why: every signature is compared with every secret's, so that the time does not tell which of them matched.
    for (const signature of given) {
      for (const digest of digests) if (equalBytes(signature.bytes, digest)) matched = signature;
    }
    if (matched === undefined) return { refused: mismatch(given.length, digests.length) };
    // why: a signature stands for key, timestamp and body, so it recognises the same signed content in one short string.
    if (digests.length === 1) {
      // why not always of the bytes: what is in hex already takes a tenth of the time.
      return { fingerprint: fingerprintOf(isHex ? matched.text.toLowerCase() : hexFromBytes(matched.bytes), at) };
    }
    // why those of all secrets, and nothing of what was sent: of several signatures that match, whoever has captured them could leave out
    // one or another, and would have as many deliveries that look new. And what is known from before a secret was added stays known.
    return { fingerprint: [...new Set(digests.map((digest) => fingerprintOf(hexFromBytes(digest), at)))] };
  };

  const mismatch = (signatures: number, tried: number): Rejection => {
    const whose = tried === 1 ? 'the configured secret' : `any of the ${tried} configured secrets`;
    const what =
      signatures === 1
        ? `The signature in ${header} does not match: made with ${whose}, it`
        : `None of the ${signatures} signatures in ${header} matches: made with ${whose}, one`;
    return rejection(
      'credential-invalid',
      `${what} would be another for the raw bytes received. ` +
        "Check that the secret is this subscription's, whole, and that nothing between sender and receiver changes the body.",
    );
  };

  const scheme: HmacScheme = {
    secrets,
    keyBytes: (secret) => keyBytes(secret, options.secretBytes, origin),
    decodesSecrets: options.secretBytes !== undefined,
    algorithm,
    encoding: options.encoding ?? 'hex',
    header,
    form,
    timestampHeader,
    timestampUnitMs: hasTimestamp ? timestampUnitMs : undefined,
    signedHeaders: signed.headers,
    signedPrefix: signed.prefix,
  };

  return {
    name: 'hmac',
    stage: 'credential',
    places: placesOf(header, timestampHeader, options.fields),
    headers: signed.headers,
    scrub: scrubber(secrets),
    secrets: createSecretProbe(secrets),
    // why: from the tolerance before a timestamp to the tolerance after it, to the last millisecond.
    ...(hasTimestamp && toleranceMs !== false && { replayableMs: 2 * toleranceMs + 1 }),
    check,
    diagnose: (delivery, clues) =>
      whenReady(loadDiagnosis(), ({ diagnoseHmac }) => diagnoseHmac(scheme, delivery, clues)),
  };
};

const placesOf = (
  header: string,
  timestampHeader: string | undefined,
  fields: SignatureFields | undefined,
): CredentialPlaces => {
  if (timestampHeader !== undefined) {
    return { headers: [header, timestampHeader], timestamp: { header: timestampHeader } };
  }
  const field = fields?.timestamp;
  return { headers: [header], ...(field !== undefined && { timestamp: { header, field } }) };
};

const unitMs = (owner: string, hasTimestamp: boolean, unit: unknown): number => {
  if (!hasTimestamp) return 1;
  if (unit === 'ms') return 1;
  if (unit === 's') return 1000;
  throw new ConfigurationError('option-invalid', `${owner}: option "timestampUnit" must be "ms" or "s".`);
};

const readTolerance = (owner: string, value: number | false | undefined): number | false => {
  if (value === undefined) return defaultToleranceMs;
  if (value === false || (Number.isFinite(value) && value >= 0)) return value;
  throw new ConfigurationError(
    'option-invalid',
    `${owner}: option "toleranceMs" must be 0 or more milliseconds, or false.`,
  );
};

interface SignedContent {
  readonly prefix: (timestamp: string, delivery: Delivery) => string;
  /** Headers that are part of it. */
  readonly headers: readonly string[];
  /**
   * Whether the timestamp is part of it, and it is beyond doubt where. Of `{header:id}{timestamp}` some digits could be taken for either;
   * of `{header:id}.{timestamp}.{header:topic}` too, where one of the headers holds points. The same signature would count for several.
   */
  readonly hasTimestampApart: boolean;
}

/** Compiles `{timestamp}.{body}` into a function that gives what stands before the body. */
const compileSigned = (owner: string, hasTimestamp: boolean, signed: string | undefined): SignedContent => {
  const template = signed ?? (hasTimestamp ? '{timestamp}.{body}' : '{body}');
  if (!template.endsWith('{body}') || template.indexOf('{body}') !== template.length - '{body}'.length) {
    throw new ConfigurationError('option-invalid', `${owner}: option "signed" must have {body} once, at its end.`);
  }
  const parts = template.slice(0, -'{body}'.length).split(/(\{[^}]*\})/);
  const headers: string[] = [];
  for (const part of parts) {
    if (part === '{timestamp}' && !hasTimestamp) {
      throw new ConfigurationError(
        'option-invalid',
        `${owner}: option "signed" has {timestamp}, and none is configured.`,
      );
    }
    if (part.startsWith('{header:')) headers.push(headerName(owner, 'signed', part.slice('{header:'.length, -1)));
    else if (part.startsWith('{') && part !== '{timestamp}') {
      throw new ConfigurationError('option-invalid', `${owner}: option "signed" knows no placeholder ${part}.`);
    }
  }
  return {
    headers,
    hasTimestampApart:
      /(^|[^0-9}])\{timestamp\}[^0-9{]/.test(template) && !/\{header:.*\{timestamp\}.*\{header:/.test(template),
    prefix(timestamp, delivery) {
      let prefix = '';
      for (const part of parts) {
        if (part === '{timestamp}') prefix += timestamp;
        else if (part.startsWith('{header:')) prefix += delivery.headers.get(part.slice('{header:'.length, -1)) ?? '';
        else prefix += part;
      }
      return prefix;
    },
  };
};

/** Refuses what would silently be ignored: each of these combinations means that one of two options does nothing. */
const checkForm = (owner: string, options: HmacOptions): void => {
  const { algorithm, encoding, fields, prefix, separator, timestampHeader, timestampUnit, toleranceMs } = options;
  const check = (sound: boolean, text: string): void => {
    if (!sound) throw new ConfigurationError('option-invalid', `${owner}: ${text}`);
  };
  check(
    algorithm === undefined || Object.hasOwn(digestBytes, algorithm),
    `option "algorithm" must be one of ${Object.keys(digestBytes).join(', ')}.`,
  );
  check(
    encoding === undefined || encoding === 'hex' || encoding === 'base64',
    'option "encoding" must be "hex" or "base64".',
  );
  if (separator !== undefined) {
    check(separator === ' ' || separator === ',', 'option "separator" must be " " or ",".');
    check(prefix?.includes(separator) !== true, 'option "prefix" must not hold what option "separator" says.');
  }
  if (fields !== undefined) {
    checkOptions(`${owner}: fields`, fields, ['signature', 'timestamp']);
    check(typeof fields.signature === 'string' && fields.signature !== '', 'option "fields.signature" is missing.');
    check(fields.timestamp === undefined || fields.timestamp !== '', 'option "fields.timestamp" is empty.');
    check(prefix === undefined, 'options "prefix" and "fields" exclude each other.');
    check(separator === undefined, 'options "separator" and "fields" exclude each other.');
    check(
      fields.timestamp === undefined || timestampHeader === undefined,
      'the timestamp is in a field or in a header, not both.',
    );
  }
  const hasTimestamp = fields?.timestamp !== undefined || timestampHeader !== undefined;
  check(
    hasTimestamp || timestampUnit === undefined,
    'option "timestampUnit" needs "fields.timestamp" or "timestampHeader".',
  );
  check(hasTimestamp || !toleranceMs, 'option "toleranceMs" needs "fields.timestamp" or "timestampHeader".');
};

const keyBytes = (secret: string, secretBytes: HmacOptions['secretBytes'], origin: SecretOrigin): Uint8Array => {
  if (secretBytes === undefined) return encoder.encode(secret);
  const invalid = `${origin.owner}: option "${origin.option}" cannot be turned into a key by "secretBytes".`;
  let bytes: unknown;
  try {
    bytes = secretBytes(secret);
  } catch {
    // why: without the cause, which may quote the secret.
    throw new ConfigurationError('option-invalid', invalid);
  }
  // why: with an empty key anyone can sign.
  if (!(bytes instanceof Uint8Array) || bytes.length === 0) throw new ConfigurationError('option-invalid', invalid);
  return bytes;
};

const nameOf = ({ fields, prefix, separator }: SignatureForm): string => {
  if (fields === undefined) {
    const one = `${prefix}<signature>`;
    return separator === undefined ? one : `${one}, or several of them: ${one}${separator}${one}`;
  }
  return fields.timestamp === undefined
    ? `${fields.signature}=<signature>`
    : `${fields.timestamp}=<timestamp>,${fields.signature}=<signature>`;
};
