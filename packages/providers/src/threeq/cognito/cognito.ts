import { type CredentialGuard, jwt, rejection } from '@mediahooks/core';
import type { CheckToken } from './check-token.ts';
import { type CognitoOptions, readCognitoOptions } from './cognito-options.ts';
import { TokenRefusedError } from './token-refused-error.ts';

/** A token of an AWS Cognito user pool in a header. It proves the sender, not the body. */
export const cognito = (options: CognitoOptions): CredentialGuard => {
  const settings = readCognitoOptions(options);
  let loading: Promise<CheckToken> | undefined;
  // why: with the first token, because whoever has another source only should not load all that checks tokens at every start.
  const load = async (): Promise<CheckToken> => {
    const { createCheckToken } = await import('./check-token.ts');
    return createCheckToken(settings);
  };
  return jwt({
    header: settings.header,
    ...(settings.scheme !== undefined && { scheme: settings.scheme }),
    verify(token, delivery) {
      loading ??= load().catch((error: unknown) => {
        // why: a flood of connections may leave no file to open. Without this, all tokens from then on would be refused.
        loading = undefined;
        throw new TokenRefusedError(rejection('key-set-unavailable', `What checks tokens cannot be loaded: ${error}.`));
      });
      return loading.then((checkToken) => checkToken(token, delivery.receivedAt));
    },
    explain: (error) =>
      error instanceof TokenRefusedError
        ? error.rejection
        : rejection('credential-invalid', 'The token could not be checked.'),
  });
};
