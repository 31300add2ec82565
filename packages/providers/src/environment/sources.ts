import { ConfigurationError, type Provider } from '@mediahooks/core';
// why: not the folders' index.ts, which has more than it takes to configure a source: TPStreams' API above all.
import { echo3d } from '../echo3d/echo3d.ts';
import { gcore } from '../gcore/gcore.ts';
import { ignite } from '../ignite/ignite.ts';
import type { CognitoOptions, TokenUse } from '../threeq/cognito/cognito-options.ts';
import type { ThreeqSecret } from '../threeq/secret.ts';
import { threeq } from '../threeq/threeq.ts';
import { tpstreams } from '../tpstreams/tpstreams.ts';
import { type Environment, firstSet, read, readList, readNeeded, readRotated } from './variables.ts';

/**
 * The sources that the environment can configure, by the names they have then. Which of them there are is known only when the program
 * runs; the type has all of them.
 */
export type EnvironmentSources = {
  readonly gcore: ReturnType<typeof gcore>;
  readonly ignite: ReturnType<typeof ignite>;
  readonly tpstreams: ReturnType<typeof tpstreams>;
  readonly echo3d: ReturnType<typeof echo3d>;
  readonly '3q': ReturnType<typeof threeq>;
};

/**
 * The sources alone, by name, for programs that make something else of them than a receiver. Empty where none is configured.
 *
 * @throws {ConfigurationError} where a source is configured by half.
 */
export const sourcesFromEnvironment = (environment: Environment): Readonly<Record<string, Provider>> => {
  const found: Record<keyof EnvironmentSources, Provider | undefined> = {
    gcore: readGcore(environment),
    ignite: readIgnite(environment),
    tpstreams: readTpstreams(environment),
    echo3d: readEcho3d(environment),
    '3q': readThreeq(environment),
  };
  const sources: Record<string, Provider> = {};
  for (const [name, provider] of Object.entries(found)) if (provider !== undefined) sources[name] = provider;
  return sources;
};

const readGcore = (environment: Environment): Provider | undefined => {
  const set = firstSet(environment, ['MEDIAHOOKS_GCORE', 'MEDIAHOOKS_GCORE_RANGES']);
  if (set === undefined) return undefined;
  const ranges = readList(environment, 'MEDIAHOOKS_GCORE_RANGES');
  const choice = readNeeded(environment, 'MEDIAHOOKS_GCORE', set).toLowerCase();
  if (choice === 'off') return undefined;
  if (choice === 'on') return gcore(ranges === undefined ? {} : { ranges });
  throw new ConfigurationError('option-invalid', 'The environment variable MEDIAHOOKS_GCORE must be "on" or "off".');
};

const readIgnite = (environment: Environment): Provider | undefined => {
  const names = ['MEDIAHOOKS_IGNITE_SECRET', 'MEDIAHOOKS_IGNITE_SECRET_PREVIOUS'] as const;
  const set = firstSet(environment, names);
  return set === undefined ? undefined : ignite({ secret: readRotated(environment, ...names, set) });
};

const readTpstreams = (environment: Environment): Provider | undefined => {
  const names = ['MEDIAHOOKS_TPSTREAMS_TOKEN', 'MEDIAHOOKS_TPSTREAMS_TOKEN_PREVIOUS'] as const;
  const set = firstSet(environment, names);
  return set === undefined ? undefined : tpstreams({ token: readRotated(environment, ...names, set) });
};

const readEcho3d = (environment: Environment): Provider | undefined => {
  const tokens = ['MEDIAHOOKS_ECHO3D_URL_TOKEN', 'MEDIAHOOKS_ECHO3D_URL_TOKEN_PREVIOUS'] as const;
  const keys = ['MEDIAHOOKS_ECHO3D_API_KEY', 'MEDIAHOOKS_ECHO3D_API_KEY_PREVIOUS'] as const;
  const set = firstSet(environment, [...tokens, ...keys]);
  if (set === undefined) return undefined;
  return echo3d({
    urlToken: readRotated(environment, ...tokens, set),
    apiKey: readRotated(environment, ...keys, set),
  });
};

const readThreeq = (environment: Environment): Provider | undefined => {
  const cognito = readCognito(environment);
  const secret = readThreeqSecret(environment);
  if (cognito === undefined && secret === undefined) return undefined;
  return threeq({ ...(cognito && { cognito }), ...(secret && { secret }) });
};

const readCognito = (environment: Environment): CognitoOptions | undefined => {
  const set = firstSet(environment, [
    'MEDIAHOOKS_3Q_COGNITO_USER_POOL_ID',
    'MEDIAHOOKS_3Q_COGNITO_CLIENT_ID',
    'MEDIAHOOKS_3Q_COGNITO_TOKEN_USE',
    'MEDIAHOOKS_3Q_COGNITO_HEADER',
    'MEDIAHOOKS_3Q_COGNITO_SCHEME',
    'MEDIAHOOKS_3Q_COGNITO_ISSUER',
    'MEDIAHOOKS_3Q_COGNITO_JWKS_URI',
  ]);
  if (set === undefined) return undefined;
  const userPoolId = readNeeded(environment, 'MEDIAHOOKS_3Q_COGNITO_USER_POOL_ID', set);
  readNeeded(environment, 'MEDIAHOOKS_3Q_COGNITO_CLIENT_ID', set);
  const tokenUse = readTokenUse(environment);
  const header = read(environment, 'MEDIAHOOKS_3Q_COGNITO_HEADER');
  const scheme = read(environment, 'MEDIAHOOKS_3Q_COGNITO_SCHEME');
  const issuer = read(environment, 'MEDIAHOOKS_3Q_COGNITO_ISSUER');
  const jwksUri = read(environment, 'MEDIAHOOKS_3Q_COGNITO_JWKS_URI');
  return {
    userPoolId,
    clientId: readList(environment, 'MEDIAHOOKS_3Q_COGNITO_CLIENT_ID') ?? [],
    ...(tokenUse !== undefined && { tokenUse }),
    ...(header !== undefined && { header }),
    ...(scheme !== undefined && { scheme }),
    ...(issuer !== undefined && { issuer }),
    ...(jwksUri !== undefined && { jwksUri }),
  };
};

const readTokenUse = (environment: Environment): TokenUse | undefined => {
  const tokenUse = read(environment, 'MEDIAHOOKS_3Q_COGNITO_TOKEN_USE');
  if (tokenUse === undefined || tokenUse === 'id' || tokenUse === 'access') return tokenUse;
  throw new ConfigurationError(
    'option-invalid',
    'The environment variable MEDIAHOOKS_3Q_COGNITO_TOKEN_USE must be "id" or "access".',
  );
};

const readThreeqSecret = (environment: Environment): ThreeqSecret | undefined => {
  const secrets = ['MEDIAHOOKS_3Q_SECRET', 'MEDIAHOOKS_3Q_SECRET_PREVIOUS'] as const;
  const set = firstSet(environment, [...secrets, 'MEDIAHOOKS_3Q_SECRET_IN', 'MEDIAHOOKS_3Q_SECRET_NAME']);
  if (set === undefined) return undefined;
  const value = readRotated(environment, ...secrets, set);
  const place = readNeeded(environment, 'MEDIAHOOKS_3Q_SECRET_IN', set);
  const name = readNeeded(environment, 'MEDIAHOOKS_3Q_SECRET_NAME', set);
  if (place === 'header' || place === 'query') return { in: place, name, value };
  throw new ConfigurationError(
    'option-invalid',
    'The environment variable MEDIAHOOKS_3Q_SECRET_IN must be "header" or "query".',
  );
};
