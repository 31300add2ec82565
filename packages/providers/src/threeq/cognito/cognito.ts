import { type CredentialGuard, jwt, rejection } from '@mediahooks/core';
import { type CognitoOptions, readCognitoOptions } from './cognito-options.ts';
import { createKeySet, type KeySet } from './key-set.ts';
import { createPrepareKey } from './prepare-key.ts';
import { TokenRefusedError, verifyToken } from './verify-token.ts';

/** A token of an AWS Cognito user pool in a header. It proves the sender, not the body. */
export const cognito = (options: CognitoOptions): CredentialGuard => {
  const settings = readCognitoOptions(options);
  const keySets = new Map([...settings.issuers.values()].map((uri): [string, KeySet] => [uri, createKeySet({ uri })]));
  const keySetOf = (uri: string): KeySet => keySets.get(uri) ?? createKeySet({ uri });
  const prepareKey = createPrepareKey();
  return jwt({
    header: settings.header,
    ...(settings.scheme !== undefined && { scheme: settings.scheme }),
    verify: (token, delivery) => verifyToken(token, delivery.receivedAt, settings, keySetOf, prepareKey),
    explain: (error) =>
      error instanceof TokenRefusedError
        ? error.rejection
        : rejection('credential-invalid', 'The token could not be checked.'),
  });
};
