import { ConfigurationError, checkOptions, isHeaderName, readSecrets } from '@mediahooks/core';

export type TokenUse = 'access' | 'id';

/** The user pool that 3Q signs in to. 3Q publishes neither header nor kind of token, so both can be chosen. */
export interface CognitoOptions {
  /** Like `eu-central-1_AbCdEfGhI`. */
  readonly userPoolId: string;
  /** The app client that tokens are issued for. Several are allowed. */
  readonly clientId: string | readonly string[];
  /** Which tokens are taken. Default: both. */
  readonly tokenUse?: TokenUse;
  /** The header with the token. Default `authorization`. */
  readonly header?: string;
  /** The word before the token; empty for none. Default `Bearer` in `authorization`, else none. */
  readonly scheme?: string;
  /** Default: AWS's own, which follows from the pool's id. An emulator's is its own address. */
  readonly issuer?: string;
  /** Where the pool's keys are. Default: `<issuer>/.well-known/jwks.json`. */
  readonly jwksUri?: string;
}

/** {@link CognitoOptions}, checked. */
export interface CognitoSettings {
  readonly clientIds: readonly string[];
  readonly tokenUses: readonly TokenUse[];
  readonly header: string;
  readonly scheme: string | undefined;
  /** Issuer → where its keys are. */
  readonly issuers: ReadonlyMap<string, string>;
}

const knownOptions = [
  'userPoolId',
  'clientId',
  'tokenUse',
  'header',
  'scheme',
  'issuer',
  'jwksUri',
] as const satisfies (keyof CognitoOptions)[];

/** @throws {ConfigurationError} `secret-missing`, `secret-empty`, `option-invalid`, `option-unknown`. */
export const readCognitoOptions = (options: CognitoOptions): CognitoSettings => {
  checkOptions('threeq: cognito', options, knownOptions);
  const [userPoolId] = readSecrets(options.userPoolId, {
    owner: 'threeq',
    option: 'cognito.userPoolId',
    variable: 'MEDIAHOOKS_3Q_COGNITO_USER_POOL_ID',
  });
  return {
    clientIds: readSecrets(options.clientId, {
      owner: 'threeq',
      option: 'cognito.clientId',
      variable: 'MEDIAHOOKS_3Q_COGNITO_CLIENT_ID',
    }),
    tokenUses: readTokenUse(options.tokenUse),
    header: readHeader(options.header),
    scheme: readScheme(options.scheme),
    issuers: readIssuers(userPoolId, options.issuer, options.jwksUri),
  };
};

const invalid = (option: string, problem: string): ConfigurationError =>
  new ConfigurationError('option-invalid', `threeq: option "cognito.${option}" ${problem}`);

const readTokenUse = (tokenUse: unknown): readonly TokenUse[] => {
  if (tokenUse === undefined) return ['access', 'id'];
  if (tokenUse === 'access' || tokenUse === 'id') return [tokenUse];
  throw invalid('tokenUse', 'must be "access" or "id", or left out for both.');
};

const readHeader = (header: string | undefined): string => {
  if (header === undefined) return 'authorization';
  if (isHeaderName(header)) return header.toLowerCase();
  throw invalid('header', 'must be the name of a header.');
};

const readScheme = (scheme: unknown): string | undefined => {
  if (scheme === undefined || (typeof scheme === 'string' && /^\S*$/.test(scheme))) return scheme;
  throw invalid('scheme', 'must be one word, or empty for none.');
};

const readIssuers = (
  userPoolId: string,
  issuer: string | undefined,
  jwksUri: string | undefined,
): ReadonlyMap<string, string> => {
  const keysUri = jwksUri === undefined ? undefined : readUri('jwksUri', jwksUri);
  if (issuer !== undefined) {
    if (typeof issuer !== 'string' || issuer.trim() === '') throw invalid('issuer', 'is empty or blank.');
    return new Map([[issuer, keysUri ?? keysUriOf(readUri('issuer', issuer))]]);
  }
  const region = /^((?:eusc-)?[a-z]{2}-(?:gov-)?[a-z]+-\d+)_[A-Za-z0-9]+$/.exec(userPoolId)?.[1];
  if (region === undefined) {
    throw invalid(
      'userPoolId',
      `${JSON.stringify(userPoolId)} is not the id of a user pool on AWS, like eu-central-1_AbCdEfGhI. An emulator's needs cognito.issuer too.`,
    );
  }
  // why: AWS issues tokens in either name; which one depends on the pool (aws-jwt-verify 5.2, CognitoJwtVerifier).
  const issuers = [`https://cognito-idp.${region}.amazonaws.com`, `https://issuer-cognito-idp.${region}.amazonaws.com`];
  return new Map(issuers.map((host) => [`${host}/${userPoolId}`, keysUri ?? keysUriOf(`${host}/${userPoolId}`)]));
};

const keysUriOf = (issuer: string): string => `${issuer.replace(/\/$/, '')}/.well-known/jwks.json`;

/** The keys decide who is believed: over plain HTTP they are fetched only from this machine or from a neighbour in its network. */
const readUri = (option: string, uri: string): string => {
  const url = URL.canParse(uri) ? new URL(uri) : undefined;
  const near = url !== undefined && /^(?:127\.\d+\.\d+\.\d+|\[::1\]|[^.:]+)$/.test(url.hostname);
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && near)) return uri;
  throw invalid(
    option,
    `must be an https address (http only for this machine, or a name without a dot), not ${JSON.stringify(uri)}.`,
  );
};
