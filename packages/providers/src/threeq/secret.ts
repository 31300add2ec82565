import {
  ConfigurationError,
  type CredentialGuard,
  checkOptions,
  headerToken,
  isHeaderName,
  type Secret,
  urlToken,
} from '@mediahooks/core';

/** The secret that was set for the webhook in 3Q. 3Q does not publish where it sends it, so say where. */
export interface ThreeqSecret {
  readonly in: 'header' | 'query';
  /** Name of the header or of the query parameter. */
  readonly name: string;
  /** Several while it is changed. */
  readonly value: Secret;
}

/** @throws {ConfigurationError} `secret-missing`, `secret-empty`, `option-invalid`, `option-unknown`. */
export const sharedSecret = (secret: ThreeqSecret): CredentialGuard => {
  checkOptions('threeq: secret', secret, ['in', 'name', 'value']);
  const { in: place, name, value } = secret;
  const origin = { owner: 'threeq', option: 'secret.value', variable: 'MEDIAHOOKS_3Q_SECRET' };
  if (place !== 'header' && place !== 'query') {
    throw invalid('in', 'MEDIAHOOKS_3Q_SECRET_IN', 'must be "header" or "query"');
  }
  if (!(place === 'header' ? isHeaderName(name) : isQueryName(name))) {
    throw invalid(
      'name',
      'MEDIAHOOKS_3Q_SECRET_NAME',
      `must be the name of a ${place === 'header' ? place : 'query parameter'}`,
    );
  }
  if (place === 'header') return headerToken({ header: name, token: value, origin });
  return urlToken({ param: name, path: false, token: value, origin });
};

// why: 3Q's own parameters are no place for a secret, and what is a secret is hidden from handlers.
const isQueryName = (name: unknown): boolean =>
  typeof name === 'string' && /^(?!(?:ProjectId|FileId|event)$)\S+$/.test(name);

const invalid = (option: string, variable: string, problem: string): ConfigurationError =>
  new ConfigurationError('option-invalid', `threeq: option "secret.${option}" (variable ${variable}) ${problem}.`);
