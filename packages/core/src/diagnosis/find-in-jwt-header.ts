import type { Delivery } from '../delivery.ts';
import { quote } from '../rejection.ts';
import type { Finding } from './finding.ts';
import { unquoted } from './secret-forms.ts';
import { emptyCredential } from './token/empty-credential.ts';
import { withoutScheme } from './token/token-forms.ts';

const jsonWebToken = /^[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]+$/;

/** More headers than that are not looked at. */
const maxHeaders = 60;

/**
 * Why a header does not hold a token, by its form: whether the token is genuine takes a key, which a diagnosis does not fetch.
 *
 * @param scheme The word before the token; empty for none.
 */
export const findInJwtHeader = ({ headers }: Delivery, header: string, scheme: string): Finding | undefined => {
  const value = headers.get(header);
  if (value === '') return emptyCredential(`The header ${header}`);
  if (value === undefined) {
    const other = [...headers.entries()]
      .slice(0, maxHeaders)
      .find(([, text]) => jsonWebToken.test(withoutScheme(text.trim())));
    if (other === undefined) return undefined;
    return {
      cause: 'header-renamed',
      hint: `The header ${header} is missing, and the header ${quote(other[0])} has what looks like a token. If the platform sends it there, configure that name.`,
    };
  }
  const trimmed = value.trim();
  if (unquoted(trimmed) !== trimmed || /^\S+ +["'`]/.test(trimmed)) {
    return {
      cause: 'token-quoted',
      hint: `The token in the header ${header} has quotation marks around it. Take them away where the header is set at the platform.`,
    };
  }
  const expected = scheme === '' ? 'the token alone' : `"${scheme} " and the token`;
  if (jsonWebToken.test(trimmed) || jsonWebToken.test(withoutScheme(trimmed))) {
    return {
      cause: 'token-scheme',
      hint: `The header ${header} has a token, and is expected to hold ${expected}. Set the option "scheme" to the word that the platform writes before it, or to '' where it writes none.`,
    };
  }
  return undefined;
};
