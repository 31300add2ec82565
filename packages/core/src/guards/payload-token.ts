import { whenReady } from '../crypto/types.ts';
import { loadDiagnosis } from '../diagnosis/load-diagnosis.ts';
import { createSecretProbe } from '../diagnosis/secret-probe.ts';
import { ConfigurationError } from '../errors.ts';
import { checkOptions } from '../options.ts';
import { rejection } from '../rejection.ts';
import { readSecrets, type Secret, type SecretOrigin } from '../secret.ts';
import { compareToken } from './compare-token.ts';
import { type PayloadGuard, passed } from './guard.ts';

export interface PayloadTokenOptions {
  /** Name of a field at the top of the payload. */
  readonly field: string;
  readonly token: Secret;
  /** Names the option in errors; providers set it. */
  readonly origin?: SecretOrigin;
}

/**
 * A value that a field of the payload must have, compared in constant time. It can only be read after parsing, so it adds to
 * another guard rather than being one.
 */
export const payloadToken = (options: PayloadTokenOptions): PayloadGuard => {
  checkOptions('payloadToken', options, ['field', 'token', 'origin']);
  const { field } = options;
  if (typeof field !== 'string' || field === '') {
    throw new ConfigurationError(
      'option-invalid',
      `${options.origin?.owner ?? 'payloadToken'}: option "field" is missing.`,
    );
  }
  const expected = readSecrets(options.token, options.origin ?? { owner: 'payloadToken', option: 'token' });
  const token = compareToken(expected);
  return {
    name: 'payload-token',
    stage: 'payload',
    places: {},
    scrub: token.scrub,
    secrets: createSecretProbe(expected),
    check(payload) {
      const given = fieldOf(payload, field);
      if (given === undefined || given === '') {
        return { refused: rejection('credential-missing', `The payload has no field "${field}".`) };
      }
      if (typeof given !== 'string' || !token.matches(given)) {
        return { refused: rejection('credential-invalid', `The payload's "${field}" is not the expected one.`) };
      }
      return passed;
    },
    diagnose(payload, delivery, clues) {
      const given = fieldOf(payload, field);
      return whenReady(loadDiagnosis(), ({ diagnoseToken }) =>
        diagnoseToken({
          secrets: expected,
          given: given === undefined ? undefined : String(given),
          delivery,
          payload,
          clues,
          place: `The payload's field "${field}"`,
          missing: `The payload has no field "${field}"`,
          wrong: `The token in the payload's field "${field}"`,
        }),
      );
    },
  };
};

const fieldOf = (payload: unknown, field: string): unknown =>
  typeof payload === 'object' && payload !== null ? Object.getOwnPropertyDescriptor(payload, field)?.value : undefined;
