import { whenReady } from '../crypto/types.ts';
import type { Delivery } from '../delivery.ts';
import { loadDiagnosis } from '../diagnosis/load-diagnosis.ts';
import { createSecretProbe } from '../diagnosis/secret-probe.ts';
import { ConfigurationError } from '../errors.ts';
import { checkOptions } from '../options.ts';
import { rejection } from '../rejection.ts';
import { readSecrets, type Secret, type SecretOrigin } from '../secret.ts';
import { compareToken } from './compare-token.ts';
import { type CredentialGuard, passed } from './guard.ts';

export interface UrlTokenOptions {
  readonly token: Secret;
  /** Name of the query parameter. Default `token`. */
  readonly param?: string;
  /** Whether the token may also be the path segment behind the source's name. Default `true`. */
  readonly path?: boolean;
  /** Names the option in errors; providers set it. */
  readonly origin?: SecretOrigin;
}

/** An unguessable token in the receiver's own URL, compared in constant time: `/echo3d?token=…` or `/echo3d/…`. */
export const urlToken = (options: UrlTokenOptions): CredentialGuard => {
  checkOptions('urlToken', options, ['token', 'param', 'path', 'origin']);
  const param = options.param ?? 'token';
  const path = options.path ?? true;
  if (typeof param !== 'string' || param === '') {
    throw new ConfigurationError('option-invalid', `${options.origin?.owner ?? 'urlToken'}: option "param" is empty.`);
  }
  const expected = readSecrets(options.token, options.origin ?? { owner: 'urlToken', option: 'token' });
  const token = compareToken(expected);
  const where = path ? `the query parameter "${param}" or the path` : `the query parameter "${param}"`;
  const tokensOf = ({ pathToken, query }: Delivery): readonly string[] => {
    const given = query.getAll(param);
    return path && pathToken !== undefined ? [...given, pathToken] : given;
  };
  return {
    name: 'url-token',
    stage: 'credential',
    places: { query: [param], path },
    scrub: token.scrub,
    secrets: createSecretProbe(expected),
    check(delivery) {
      const [first, ...others] = tokensOf(delivery);
      if (first === undefined || first === '') {
        return { refused: rejection('credential-missing', `The URL has no token in ${where}.`) };
      }
      if (others.length > 0) {
        return { refused: rejection('credential-invalid', `The URL has more than one token in ${where}.`) };
      }
      if (!token.matches(first)) {
        return { refused: rejection('credential-invalid', `The token in ${where} is not the expected one.`) };
      }
      return passed;
    },
    diagnose(delivery, clues) {
      const [given, ...others] = tokensOf(delivery);
      // why: with several there is nothing to find out about the first one.
      if (others.length > 0) return undefined;
      return whenReady(loadDiagnosis(), ({ diagnoseToken }) =>
        diagnoseToken({
          secrets: expected,
          given,
          delivery,
          clues,
          place: `The token in ${where}`,
          missing: `The URL has no token in ${where}`,
          wrong: `The token in ${where}`,
        }),
      );
    },
  };
};
