import { whenReady } from '../crypto/types.ts';
import type { Delivery } from '../delivery.ts';
import { loadDiagnosis } from '../diagnosis/load-diagnosis.ts';
import { ConfigurationError } from '../errors.ts';
import { headerName } from '../header-name.ts';
import { checkOptions } from '../options.ts';
import { type Rejection, rejection } from '../rejection.ts';
import { type CredentialGuard, passed } from './guard.ts';

export interface JwtOptions {
  /** Header that carries the token. Default `authorization`. */
  readonly header?: string;
  /** Scheme before the token, compared without regard to case; empty for none. Default `Bearer` in `authorization`, else none. */
  readonly scheme?: string;
  /**
   * Resolves where the token is genuine, and rejects, or resolves with `false`, where it is not: signature, issuer, audience, use and
   * expiry. Judge its time by `delivery.receivedAt`, so that a delivery which is replayed later is judged alike.
   */
  readonly verify: (token: string, delivery: Delivery) => Promise<unknown>;
  /** What a rejection of `verify` means. Default: `credential-invalid`. */
  readonly explain?: (error: unknown) => Rejection;
}

/** A JSON Web Token in a header. It proves the sender, not the body: the bytes are not part of what is signed. */
export const jwt = (options: JwtOptions): CredentialGuard => {
  checkOptions('jwt', options, ['header', 'scheme', 'verify', 'explain']);
  const header = headerName('jwt', 'header', options.header ?? 'authorization');
  const scheme = options.scheme ?? (header === 'authorization' ? 'Bearer' : '');
  if (typeof options.verify !== 'function') {
    throw new ConfigurationError('option-invalid', 'jwt: option "verify" must be a function.');
  }
  const pattern = new RegExp(scheme === '' ? '^(\\S+)$' : `^${escapePattern(scheme)} +(\\S+)$`, 'i');
  return {
    name: 'jwt',
    stage: 'credential',
    places: { headers: [header] },
    async check(delivery) {
      const value = delivery.headers.get(header);
      if (value === undefined || value === '') {
        return { refused: rejection('credential-missing', `The header ${header} is missing or empty.`) };
      }
      const token = pattern.exec(value)?.[1];
      if (token === undefined) {
        const form = scheme === '' ? 'a token' : `"${scheme} " and a token`;
        return { refused: rejection('credential-invalid', `The header ${header} does not hold ${form}.`) };
      }
      try {
        // why: who answers a question, rather than keep to the contract, means this by it.
        if ((await options.verify(token, delivery)) === false) {
          return { refused: rejection('credential-invalid', 'The token is not genuine: verify resolved with false.') };
        }
        return passed;
      } catch (error) {
        return { refused: options.explain?.(error) ?? rejection('credential-invalid', 'The token is not genuine.') };
      }
    },
    diagnose: (delivery) =>
      pattern.test(delivery.headers.get(header) ?? '')
        ? undefined
        : whenReady(loadDiagnosis(), ({ findInJwtHeader }) => findInJwtHeader(delivery, header, scheme)),
  };
};

const escapePattern = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
