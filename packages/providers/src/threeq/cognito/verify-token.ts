import { quote, type RejectionCause, rejection, rejectionBecause } from '@mediahooks/core';
import { JwtInvalidSignatureError, JwtParseError } from 'aws-jwt-verify/error';
import type { JwtHeader, JwtPayload } from 'aws-jwt-verify/jwt-model';
import { verifyJwt } from 'aws-jwt-verify/jwt-verifier';
import type { CognitoSettings } from './cognito-options.ts';
import { type KeySet, KeySetUnavailableError } from './key-set.ts';
import type { PrepareKey } from './prepare-key.ts';
import { TokenRefusedError } from './token-refused-error.ts';

/** Cognito signs with nothing else. Anything else is refused before a key is looked up. */
const algorithm = 'RS256';

/**
 * Checks a token as a pool's: algorithm, issuer, kind and client first, because that needs no key and so costs no request; then the
 * signature; then its time, by when the delivery was received and not by when it is checked, so that a replay is judged alike.
 *
 * @throws {TokenRefusedError}
 */
export const verifyToken = async (
  token: string,
  receivedAt: number,
  settings: CognitoSettings,
  keySetOf: (jwksUri: string) => KeySet,
  prepareKey: PrepareKey,
): Promise<void> => {
  // why: here, where the library asks for the key. Asked before, the token would be taken apart twice.
  const findKey: FindKey = async (_uri, { header, payload }) => {
    checkClaims(header, payload, settings);
    const jwksUri = settings.issuers.get(payload.iss ?? '');
    if (jwksUri === undefined) throw wrongIssuer(payload, settings);
    const key = header.kid === undefined ? undefined : await keySetOf(jwksUri).find(header.kid);
    if (key !== undefined) return key;
    throw refuse(
      'jwt-other-key',
      `The token's key (kid) ${show(header.kid)} is not in the key set ${jwksUri}. Check cognito.jwksUri; if it is right, the token is not the pool's.`,
    );
  };
  checkTime(await checkSignature(token, settings, findKey, prepareKey), receivedAt);
};

/** A token has no such character; somebody's settings have them around it. */
const quotationMark = /^["'`]/;

const malformed = (token: string): TokenRefusedError =>
  quotationMark.test(token)
    ? refuse(
        'token-quoted',
        'The token has quotation marks around it. Take them away where the header is set at the platform.',
      )
    : refuse('jwt-malformed', 'The token is not a JSON Web Token.');

const checkClaims = (header: JwtHeader, payload: JwtPayload, settings: CognitoSettings): void => {
  if (header.alg !== algorithm) {
    throw refuse(
      'jwt-algorithm',
      `The token's algorithm (alg) is ${show(header.alg)}; Cognito signs with ${algorithm} only.`,
    );
  }
  if (!settings.issuers.has(payload.iss ?? '')) throw wrongIssuer(payload, settings);
  const use = settings.tokenUses.find((one) => one === payload.token_use);
  if (use === undefined) {
    throw refuse(
      'jwt-other-use',
      `The token's kind (token_use) is ${show(payload.token_use)}; ${settings.tokenUses.join(' and ')} are taken. If 3Q sends that kind, set cognito.tokenUse, or leave it out for both.`,
    );
  }
  const claim = use === 'id' ? 'aud' : 'client_id';
  const client = payload[claim];
  if (typeof client !== 'string' || !settings.clientIds.includes(client)) {
    throw refuse(
      'jwt-other-client',
      `The token's client (${claim}) is ${show(client)}, and not the configured one. If that is 3Q's, add it to cognito.clientId.`,
    );
  }
};

type FindKey = NonNullable<Parameters<typeof verifyJwt>[3]>;

const checkSignature = async (
  token: string,
  { issuers }: CognitoSettings,
  findKey: FindKey,
  prepareKey: PrepareKey,
): Promise<JwtPayload> => {
  try {
    // why: client and time are checked beside it; the library would judge the time by its own clock.
    const options = { issuer: [...issuers.keys()], audience: null, graceSeconds: Number.POSITIVE_INFINITY };
    // why: no address of keys; which it is, the issuer tells.
    return await verifyJwt(token, '', options, findKey, prepareKey);
  } catch (error) {
    if (error instanceof TokenRefusedError) throw error;
    if (error instanceof JwtParseError) throw malformed(token);
    if (error instanceof KeySetUnavailableError) {
      throw new TokenRefusedError(rejection('key-set-unavailable', error.message, error.retryAfterSeconds));
    }
    if (error instanceof JwtInvalidSignatureError)
      throw refuse('jwt-signature', "The token's signature is wrong: it was changed, or is not the pool's.");
    // why: the library's own words quote the token.
    throw refuse(
      'jwt-signature',
      `The token's signature cannot be checked (${error instanceof Error ? error.constructor.name : typeof error}).`,
    );
  }
};

const checkTime = ({ exp, nbf }: JwtPayload, receivedAt: number): void => {
  const nowSeconds = receivedAt / 1000;
  if (exp === undefined)
    throw refuse('jwt-malformed', 'The token never expires (it has no exp); no token of Cognito is like that.');
  if (nowSeconds >= exp) throw outOfTime('jwt-expired', `expired ${Math.ceil(nowSeconds - exp)} s before it arrived`);
  if (nbf !== undefined && nowSeconds < nbf)
    throw outOfTime('jwt-too-early', `is valid only ${Math.ceil(nbf - nowSeconds)} s later`);
};

const wrongIssuer = ({ iss }: JwtPayload, { issuers }: CognitoSettings): TokenRefusedError =>
  refuse(
    'jwt-other-pool',
    `The token's issuer (iss) is ${show(iss)}, and not ${[...issuers.keys()].join(' or ')}. It is of another user pool: check cognito.userPoolId, its region included.`,
  );

const outOfTime = (cause: RejectionCause, what: string): TokenRefusedError =>
  new TokenRefusedError(
    rejectionBecause(
      'credential-expired',
      cause,
      `The token ${what}. Check this machine's clock, or how long the delivery was under way.`,
    ),
  );

const refuse = (cause: RejectionCause, hint: string): TokenRefusedError =>
  new TokenRefusedError(rejectionBecause('credential-invalid', cause, hint));

const show = (claim: unknown): string =>
  typeof claim === 'string' ? quote(claim) : claim === undefined ? 'missing' : `a ${typeof claim}`;
