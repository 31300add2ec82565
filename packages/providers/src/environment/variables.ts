import { ConfigurationError } from '@mediahooks/core';

/** Variables as a process has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Every variable there is, and what it is for; `nothing-configured` lists them. */
export const variables = {
  MEDIAHOOKS_GCORE: '"on" to take what comes from Gcore\'s addresses',
  MEDIAHOOKS_GCORE_RANGES: 'other addresses, separated by commas',
  MEDIAHOOKS_IGNITE_SECRET: "the subscription's signing secret",
  MEDIAHOOKS_IGNITE_SECRET_PREVIOUS: 'the one before, while it is changed',
  MEDIAHOOKS_TPSTREAMS_TOKEN: 'the secret_token of the webhook',
  MEDIAHOOKS_TPSTREAMS_TOKEN_PREVIOUS: 'the one before, while it is changed',
  MEDIAHOOKS_ECHO3D_URL_TOKEN: 'the token in the URL given to echo3D',
  MEDIAHOOKS_ECHO3D_URL_TOKEN_PREVIOUS: 'the one before, while it is changed',
  MEDIAHOOKS_ECHO3D_API_KEY: "the collection's API key",
  MEDIAHOOKS_ECHO3D_API_KEY_PREVIOUS: 'the one before, while it is changed',
  MEDIAHOOKS_3Q_COGNITO_USER_POOL_ID: 'the user pool',
  MEDIAHOOKS_3Q_COGNITO_CLIENT_ID: 'the app client; several separated by commas',
  MEDIAHOOKS_3Q_COGNITO_TOKEN_USE: '"id" or "access"; both without it',
  MEDIAHOOKS_3Q_COGNITO_HEADER: 'the header with the token, if not authorization',
  MEDIAHOOKS_3Q_COGNITO_SCHEME: 'the word before the token, if not Bearer',
  MEDIAHOOKS_3Q_COGNITO_ISSUER: "an emulator's address",
  MEDIAHOOKS_3Q_COGNITO_JWKS_URI: 'where the keys are, if not at the issuer',
  MEDIAHOOKS_3Q_SECRET: 'the secret of the webhook',
  MEDIAHOOKS_3Q_SECRET_PREVIOUS: 'the one before, while it is changed',
  MEDIAHOOKS_3Q_SECRET_IN: '"header" or "query"',
  MEDIAHOOKS_3Q_SECRET_NAME: 'name of that header or query parameter',
  MEDIAHOOKS_TRUST_PROXY: 'number of proxies in front, or their addresses separated by commas',
} as const;

export type Variable = keyof typeof variables;

/**
 * The value of a variable; `undefined` where it is not set.
 *
 * @throws {ConfigurationError} `secret-empty` where it is set and blank: something was meant to be there; `option-invalid` where it
 * begins or ends with whitespace, as a secret read from a file does: no delivery would ever match.
 */
export const read = (environment: Environment, variable: Variable): string | undefined => {
  const value = environment[variable];
  if (value === undefined) return undefined;
  if (value.trim() === '') {
    throw new ConfigurationError('secret-empty', `The environment variable ${variable} is set, but empty or blank.`);
  }
  if (value.trim() === value) return value;
  throw new ConfigurationError(
    'option-invalid',
    `The environment variable ${variable} begins or ends with whitespace, perhaps the newline of a file. Take it away.`,
  );
};

/** @throws {ConfigurationError} `secret-missing` where another variable needs this one. */
export const readNeeded = (environment: Environment, variable: Variable, neededBy: Variable): string => {
  const value = read(environment, variable);
  if (value !== undefined) return value;
  throw new ConfigurationError(
    'secret-missing',
    `The environment variable ${variable} (${variables[variable]}) is missing, and ${neededBy} is of no use without it.`,
  );
};

/** The first of the variables that is set, blank or not. */
export const firstSet = (environment: Environment, names: readonly Variable[]): Variable | undefined =>
  names.find((name) => environment[name] !== undefined);

/** A secret, and the one before it. Two variables rather than a list: a secret may contain any character. */
export const readRotated = (
  environment: Environment,
  variable: Variable,
  previous: Variable,
  neededBy: Variable,
): readonly string[] => {
  const older = read(environment, previous);
  const newest = readNeeded(environment, variable, neededBy);
  return older === undefined ? [newest] : [newest, older];
};

/** A list separated by commas, for values that can have none. */
export const readList = (environment: Environment, variable: Variable): readonly string[] | undefined => {
  const entries = read(environment, variable)
    ?.split(',')
    .map((entry) => entry.trim());
  if (entries?.includes('') !== true) return entries;
  throw new ConfigurationError('secret-empty', `The environment variable ${variable} has an empty entry in its list.`);
};
