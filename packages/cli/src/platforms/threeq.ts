import type { ThreeqDeliveryOptions } from '@mediahooks/testing';
import { CommandError } from '../command-error.ts';
import type { NeededSecrets } from '../settings/needed-secrets.ts';
import { createPlatform } from './platform.ts';

/** Proven by a shared secret, by a token of a Cognito user pool, or by both, as the environment says. */
export const threeqPlatform = createPlatform({
  provider: 'threeq',
  source: '3q',
  isOpen: true,
  secretVariable: 'MEDIAHOOKS_3Q_SECRET',
  async prove(secrets) {
    const token = await readToken(secrets);
    const secret = await readSecret(secrets, token !== undefined);
    return () => ({ ...token, ...(secret !== undefined && { secret }) });
  },
  payloadPaths: (body) => (Array.isArray(body) ? body.map((_, index) => [String(index)]) : [[]]),
});

/** Only the user pool can make a token, and nothing here has its keys: it has to be brought along. */
const readToken = async (secrets: NeededSecrets): Promise<ThreeqDeliveryOptions | undefined> => {
  const token = secrets.find('MEDIAHOOKS_3Q_COGNITO_TOKEN');
  const header = secrets.find('MEDIAHOOKS_3Q_COGNITO_HEADER');
  if (token !== undefined) return { token, ...(header !== undefined && { tokenHeader: header }) };
  if (secrets.find('MEDIAHOOKS_3Q_COGNITO_USER_POOL_ID') === undefined) return undefined;
  throw new CommandError(
    'secret-missing',
    '3q is configured with a Cognito user pool (MEDIAHOOKS_3Q_COGNITO_USER_POOL_ID), and only the pool itself can issue a token. Get one of ' +
      'its app client, put it into a file and add --secret-file MEDIAHOOKS_3Q_COGNITO_TOKEN=<file>. Or, to try without Cognito, ' +
      'configure receiver and sender with a shared secret alone: MEDIAHOOKS_3Q_SECRET, MEDIAHOOKS_3Q_SECRET_IN and MEDIAHOOKS_3Q_SECRET_NAME.',
  );
};

const readSecret = async (secrets: NeededSecrets, hasToken: boolean): Promise<ThreeqDeliveryOptions['secret']> => {
  if (hasToken && secrets.find('MEDIAHOOKS_3Q_SECRET') === undefined) return undefined;
  const value = await secrets.need('MEDIAHOOKS_3Q_SECRET');
  const place = secrets.find('MEDIAHOOKS_3Q_SECRET_IN') ?? 'header';
  if (place !== 'header' && place !== 'query') {
    throw new CommandError('usage', 'The environment variable MEDIAHOOKS_3Q_SECRET_IN must be "header" or "query".');
  }
  return { in: place, name: secrets.find('MEDIAHOOKS_3Q_SECRET_NAME') ?? 'x-3q-secret', value };
};
