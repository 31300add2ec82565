import { echo3dExamples } from '../payloads/echo3d.ts';
import { buildDelivery } from './build.ts';
import type { DeliveryOptions } from './delivery-options.ts';
import type { Echo3dType } from './event-types.ts';
import { testCredentials } from './test-credentials.ts';
import type { TestDelivery } from './test-delivery.ts';

export interface Echo3dDeliveryOptions extends DeliveryOptions {
  /** The token in the receiver's URL; `false` for none. Default `testCredentials.echo3d.urlToken`. */
  readonly urlToken?: string | false;
  /** Where in the URL: `?token=…` (default) or `/echo3d/…`. */
  readonly tokenIn?: 'path' | 'query';
  /** The payload's `apiKey`. Default: that of the example, `testCredentials.echo3d.apiKey`. */
  readonly apiKey?: string;
}

/** Proven by a token in the URL, and by the API key in the body. */
export const echo3dDelivery = (type: Echo3dType, options: Echo3dDeliveryOptions): TestDelivery => {
  const { urlToken = testCredentials.echo3d.urlToken, tokenIn = 'query', apiKey } = options;
  const example = { ...echo3dExamples[type], ...(apiKey !== undefined && { apiKey }) };
  return buildDelivery(
    {
      provider: 'echo3d',
      type,
      source: 'echo3d',
      example,
      prove: () => ({
        credential: { in: tokenIn, name: 'token' },
        rest: urlToken === false ? '' : rest(urlToken, tokenIn),
      }),
    },
    options,
  );
};

const rest = (urlToken: string, tokenIn: 'path' | 'query'): string =>
  tokenIn === 'path' ? `/${encodeURIComponent(urlToken)}` : `?${new URLSearchParams({ token: urlToken })}`;
