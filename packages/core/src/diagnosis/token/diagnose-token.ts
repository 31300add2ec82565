import type { Delivery } from '../../delivery.ts';
import { quote } from '../../rejection.ts';
import type { Clues } from '../clues.ts';
import type { Finding } from '../finding.ts';
import { type Attempt, foundIf } from '../first-found.ts';
import { tryOthers } from '../others.ts';
import { secretForms } from '../secret-forms.ts';
import { createSecretProbe, type SecretProbe } from '../secret-probe.ts';
import { maxTokenLength, tokenForms, withoutScheme } from './token-forms.ts';

/** The secrets of a token guard, for its diagnosis: what they are compared by is made when it is first needed. */
export interface TokenSecrets extends SecretProbe {
  /** Why a token that was sent is not right. `what` begins the hint: `The token in the header x-token`. */
  attempts(given: string, what: string, clues: Clues): Iterable<Attempt>;
}

export const createTokenSecrets = (secrets: readonly string[]): TokenSecrets => {
  const probe = createSecretProbe(secrets);
  return {
    ...probe,
    *attempts(given, what, { others }) {
      if (given.length > maxTokenLength) return;
      for (const { cause, said, text } of tokenForms(given)) {
        yield () => foundIf(probe.isSecret(text), () => ({ cause, hint: `${what} is the expected one ${said}` }));
      }
      for (const { cause, said, texts } of secretForms(secrets)) {
        const isMeant = createSecretProbe(texts).isSecret;
        yield () => foundIf(isMeant(given), () => ({ cause, hint: `${what} is the expected one, but ${said}` }));
      }
      yield* tryOthers(others, what, (other) => other.isSecret(given));
      yield () =>
        foundIf(createSecretProbe(secrets.map(lowerCase)).isSecret(lowerCase(given)), () => ({
          cause: 'token-case',
          hint: `${what} differs from the expected one in upper and lower case only. Copy it anew; something on the way may change the case of URLs.`,
        }));
    },
  };
};

const lowerCase = (text: string): string => text.toLowerCase();

/** More headers than that are not looked at. */
const maxHeaders = 60;

/** Looks for the token where it does not belong. `what` begins the hint: `The header x-token is missing`. */
export const findElsewhere = (delivery: Delivery, secrets: SecretProbe, what: string): Finding | undefined => {
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

/** The place of the credential is there, and holds nothing. */
export const emptyCredential = (where: string): Finding => ({
  cause: 'credential-empty',
  hint: `${where} came and is empty: at the platform the secret is not set, or a variable that it was to be taken from is empty.`,
});
