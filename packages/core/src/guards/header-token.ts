import { whenReady } from '../crypto/types.ts';
import { loadDiagnosis } from '../diagnosis/load-diagnosis.ts';
import { createSecretProbe } from '../diagnosis/secret-probe.ts';
import { headerName } from '../header-name.ts';
import { checkOptions } from '../options.ts';
import { rejection } from '../rejection.ts';
import { readSecrets, type Secret, type SecretOrigin } from '../secret.ts';
import { compareToken } from './compare-token.ts';
import { type CredentialGuard, passed } from './guard.ts';

export interface HeaderTokenOptions {
  /** Name of the header, in any case. */
  readonly header: string;
  /** What the header must hold, to the byte. */
  readonly token: Secret;
  /** Names the option in errors; providers set it. */
  readonly origin?: SecretOrigin;
}

/** A static token in a header, compared in constant time. Nothing is signed: the token is worth as much as HTTPS keeps it. */
export const headerToken = (options: HeaderTokenOptions): CredentialGuard => {
  checkOptions('headerToken', options, ['header', 'token', 'origin']);
  const header = headerName(options.origin?.owner ?? 'headerToken', 'header', options.header);
  const expected = readSecrets(options.token, options.origin ?? { owner: 'headerToken', option: 'token' });
  const token = compareToken(expected);
  return {
    name: 'header-token',
    stage: 'credential',
    places: { headers: [header] },
    scrub: token.scrub,
    secrets: createSecretProbe(expected),
    check(delivery) {
      const given = delivery.headers.get(header);
      if (given === undefined || given === '') {
        return { refused: rejection('credential-missing', `The header ${header} is missing or empty.`) };
      }
      if (!token.matches(given)) {
        return { refused: rejection('credential-invalid', `The header ${header} does not hold the expected token.`) };
      }
      return passed;
    },
    diagnose: (delivery, clues) =>
      whenReady(loadDiagnosis(), ({ diagnoseToken }) =>
        diagnoseToken({
          secrets: expected,
          given: delivery.headers.get(header),
          delivery,
          clues,
          place: `The header ${header}`,
          missing: `The header ${header} is missing`,
          wrong: `The token in the header ${header}`,
        }),
      ),
  };
};
