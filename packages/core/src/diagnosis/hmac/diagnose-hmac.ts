import type { MaybePromise } from '../../crypto/types.ts';
import type { Delivery } from '../../delivery.ts';
import { readSignatureHeader } from '../../guards/signature-header.ts';
import { quote } from '../../rejection.ts';
import type { Clues } from '../clues.ts';
import type { Finding } from '../finding.ts';
import { type Attempt, firstFound, foundIf } from '../first-found.ts';
import { tryOthers } from '../others.ts';
import { createSecretProbe, isSignedBy, type SecretProbe } from '../secret-probe.ts';
import { emptyCredential } from '../token/empty-credential.ts';
import { type BodyForm, bodyForms, edgeForms } from './body-forms.ts';
import { contentForms } from './content-forms.ts';
import type { HmacScheme } from './hmac-scheme.ts';
import { keyForms } from './key-forms.ts';
import { type FoundSignature, type ReadSignature, readLoosely, readStrictly } from './read-signature.ts';
import { findInSignedHeaders } from './signed-headers.ts';
import { findInTimestamp, isNumber, timestampAsDate } from './timestamp.ts';
import { findInUnverifiable } from './unverifiable.ts';
import { writtenOtherwise } from './written-otherwise.ts';

/** What an hmac guard's diagnosis tries with. */
export interface HmacTrial {
  readonly scheme: HmacScheme;
  readonly delivery: Delivery;
  readonly clues: Clues;
  /** Whether one of the keys has signed that; `false` too where trying it would cost more than is left. */
  verify(tried: Tried): MaybePromise<boolean>;
}

interface Tried {
  readonly signature: FoundSignature;
  /** Default: those of the configured secrets. */
  readonly keys?: readonly Uint8Array[];
  readonly prefix: string;
  /** Default: the body as it was received. */
  readonly body?: Uint8Array;
}

/** Why an hmac guard has refused a delivery: what it would have taken for the signature to match. */
export const diagnoseHmac = (
  scheme: HmacScheme,
  delivery: Delivery,
  clues: Clues,
): MaybePromise<Finding | undefined> => {
  const configured = scheme.secrets.map(scheme.keyBytes);
  const verify: HmacTrial['verify'] = ({ signature, keys = configured, prefix, body = delivery.body }) => {
    const { algorithm, bytes } = signature;
    if (algorithm === 'SHA-1' || keys.length === 0 || !clues.allowance.take(body.length * keys.length)) return false;
    return isSignedBy(keys, { algorithm, prefix, body, signature: bytes });
  };
  return firstFound(attemptsOf({ scheme, delivery, clues, verify }));
};

function* attemptsOf(trial: HmacTrial): Iterable<Attempt> {
  const { scheme, delivery, clues } = trial;
  const { header } = scheme;
  const value = delivery.headers.get(header);
  if (value === undefined) {
    yield* inOtherHeaders(trial);
    return;
  }
  if (value === '') {
    yield () => emptyCredential(`The header ${header}`);
    return;
  }
  const secrets = createSecretProbe(scheme.secrets);
  if (value.length < 1_024 && pieces(value).some(secrets.isSecret)) {
    yield () => secretSent(header);
    return;
  }
  // why: of so many none was tried, and its refusal has said so.
  if (readSignatureHeader(value, scheme.form) === 'too-many') return;
  const read = readStrictly(scheme, value, delivery);
  if (read === undefined) {
    yield* writtenOtherwise(trial, value);
    return;
  }
  if (scheme.timestampUnitMs !== undefined && !isNumber(read.timestamp)) {
    yield () => timestampAsDate(read.timestamp);
    return;
  }
  if (clues.rejection.code === 'credential-expired') {
    yield () => findInTimestamp(trial, read);
    return;
  }
  yield* whatWasSigned(trial, read);
  yield () => findInSignedHeaders(scheme, delivery);
  yield () => findInUnverifiable(delivery, header);
}

function* whatWasSigned(trial: HmacTrial, { signature, timestamp }: ReadSignature): Iterable<Attempt> {
  const { scheme, delivery, clues, verify } = trial;
  const { header } = scheme;
  const prefix = scheme.signedPrefix(timestamp ?? '', delivery);
  const what = `${signature.bytes.length === 1 ? 'The' : 'A'} signature in ${header}`;
  const tryBody =
    ({ body, cause, changes }: BodyForm): Attempt =>
    () =>
      foundIf(verify({ signature, prefix, body }), () => ({ cause, hint: `${what} ${bodyHint(cause, changes())}` }));

  for (const { cause, keys, said } of keyForms(scheme)) {
    yield () => foundIf(verify({ signature, prefix, keys }), () => ({ cause, hint: `${what} ${said}` }));
  }
  const hasSigned = (other: SecretProbe): MaybePromise<boolean> =>
    signature.algorithm !== 'SHA-1' &&
    clues.allowance.take(delivery.body.length * other.count) &&
    other.hasSigned({ algorithm: signature.algorithm, prefix, body: delivery.body, signature: signature.bytes });
  yield* tryOthers(clues.others, what, hasSigned);
  for (const form of edgeForms(delivery.body)) yield tryBody(form);
  for (const form of bodyForms(delivery.body, clues.allowance)) yield tryBody(form);
  for (const form of contentForms(delivery, timestamp, prefix)) {
    yield () =>
      foundIf(verify({ signature, prefix: form.prefix }), () => ({
        cause: 'signed-content',
        hint: `${what} matches when ${form.template} is what is signed: set the option "signed" of hmac to that, if the platform's documentation says so too.`,
      }));
  }
}

const bodyHint = (cause: string, changes: string): string =>
  cause === 'body-reserialised'
    ? `matches when the JSON is written as the platform writes it. Something has read the body and written it anew, and changed: ${changes}. ` +
      'Find the parser, proxy or gateway that does, and have it pass the bytes on as they came: signatures are over bytes, not over what they mean.'
    : `matches for another body: ${changes}. Find the proxy, gateway or middleware that does that, and have it pass the bytes on as they came.`;

/** More headers than that are not looked at. */
const maxHeaders = 60;

function* inOtherHeaders(trial: HmacTrial): Iterable<Attempt> {
  const { scheme, delivery, verify } = trial;
  for (const [name, value] of [...delivery.headers.entries()].slice(0, maxHeaders)) {
    const read = readLoosely(scheme, value, delivery).find(({ signature }) => signature.algorithm === scheme.algorithm);
    if (read === undefined) continue;
    const prefix = scheme.signedPrefix(read.timestamp ?? '', delivery);
    yield () =>
      foundIf(verify({ signature: read.signature, prefix }), () => ({
        cause: 'header-renamed',
        hint:
          `The header ${scheme.header} is missing, and the header ${quote(name)} has a signature that matches. Configure that name, or, ` +
          'where a proxy renames headers, have it leave this one alone.',
      }));
  }
}

const pieces = (value: string): readonly string[] => [
  value,
  value.trim(),
  ...value.split(',').map((field) => field.slice(field.indexOf('=') + 1).trim()),
  ...value.split(/[\s,]+/),
];

const secretSent = (header: string): Finding => ({
  cause: 'secret-sent',
  hint:
    `The header ${header} holds the secret itself where a signature belongs. A signature is made of the body with the secret, and the ` +
    'secret is never sent. Whoever has seen this request knows it now: set another.',
});
