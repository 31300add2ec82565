import type { MaybePromise } from '../../crypto/types.ts';
import type { Delivery } from '../../delivery.ts';
import { quote } from '../../rejection.ts';
import type { Clues } from '../clues.ts';
import type { Finding } from '../finding.ts';
import { type Attempt, firstFound, foundIf } from '../first-found.ts';
import { tryOthers } from '../others.ts';
import { secretForms } from '../secret-forms.ts';
import { createSecretProbe, type SecretProbe } from '../secret-probe.ts';
import { emptyCredential } from './empty-credential.ts';
import { findInFields } from './find-in-fields.ts';
import { maxTokenLength, tokenForms, withoutScheme } from './token-forms.ts';

/** What a token guard has refused, and how to speak of it: each text begins a hint. */
export interface TokenTrial {
  readonly secrets: readonly string[];
  /** What was there in the token's place. */
  readonly given: string | undefined;
  readonly delivery: Delivery;
  /** Where the token is looked for in it too. */
  readonly payload?: unknown;
  readonly clues: Clues;
  /** `The header x-token`. */
  readonly place: string;
  /** `The header x-token is missing`. */
  readonly missing: string;
  /** `The token in the header x-token`. */
  readonly wrong: string;
}

/** Why a token guard has refused a delivery. */
export const diagnoseToken = (trial: TokenTrial): MaybePromise<Finding | undefined> => {
  const { secrets, given, delivery, payload, place, missing } = trial;
  if (given === '') return emptyCredential(place);
  if (given !== undefined) return firstFound(attemptsOf(trial, given));
  const probe = createSecretProbe(secrets);
  return findInFields(payload, probe, missing) ?? findElsewhere(delivery, probe, missing);
};

function* attemptsOf({ secrets, clues, wrong }: TokenTrial, given: string): Iterable<Attempt> {
  if (given.length > maxTokenLength) return;
  const probe = createSecretProbe(secrets);
  for (const { cause, said, text } of tokenForms(given)) {
    yield () => foundIf(probe.isSecret(text), () => ({ cause, hint: `${wrong} is the expected one ${said}` }));
  }
  for (const { cause, said, texts } of secretForms(secrets)) {
    const isMeant = createSecretProbe(texts).isSecret;
    yield () => foundIf(isMeant(given), () => ({ cause, hint: `${wrong} is the expected one, but ${said}` }));
  }
  yield* tryOthers(clues.others, wrong, (other) => other.isSecret(given));
  yield () =>
    foundIf(createSecretProbe(secrets.map(lowerCase)).isSecret(lowerCase(given)), () => ({
      cause: 'token-case',
      hint: `${wrong} differs from the expected one in upper and lower case only. Copy it anew; something on the way may change the case of URLs.`,
    }));
}

const lowerCase = (text: string): string => text.toLowerCase();

/** More headers than that are not looked at. */
const maxHeaders = 60;

/** Looks for the token where it does not belong. `what` begins the hint: `The header x-token is missing`. */
const findElsewhere = (delivery: Delivery, secrets: SecretProbe, what: string): Finding | undefined => {
  const isToken = (text: string): boolean =>
    text.length <= maxTokenLength && (secrets.isSecret(text) || secrets.isSecret(withoutScheme(text.trim())));
  const header = [...delivery.headers.entries()].slice(0, maxHeaders).find(([, value]) => isToken(value));
  if (header !== undefined) {
    return {
      cause: 'header-renamed',
      hint:
        `${what}, and the token is there in the header ${quote(header[0])}. Configure that name, or, where a proxy renames headers, ` +
        'have it leave this one alone.',
    };
  }
  const param = [...delivery.query].slice(0, maxHeaders).find(([, value]) => isToken(value));
  const place =
    param !== undefined
      ? `in the query parameter ${quote(param[0])}`
      : delivery.pathToken !== undefined && isToken(delivery.pathToken)
        ? 'in the path'
        : undefined;
  if (place === undefined) return undefined;
  return {
    cause: 'token-elsewhere',
    hint: `${what}, and the token is there ${place}. Configure that place, or change the URL at the platform.`,
  };
};
