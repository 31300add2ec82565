import type { JsonValue } from '../json.ts';
import { threeqExamples } from '../payloads/threeq.ts';
import { buildDelivery, type Proof } from './build.ts';
import type { DeliveryOptions } from './delivery-options.ts';
import type { ThreeqType } from './event-types.ts';
import { testCredentials } from './test-credentials.ts';
import type { HeaderLine, TestDelivery } from './test-delivery.ts';

export interface ThreeqDeliveryOptions extends DeliveryOptions {
  /** The shared secret and its place, as `threeq({ secret })` takes it. Default `testCredentials.threeq.secret`, unless a token is given. */
  readonly secret?: { readonly in: 'header' | 'query'; readonly name: string; readonly value: string };
  /** Whose token to send, made by {@link createTestUserPool}. */
  readonly userPool?: { token(): string };
  /** The token itself. */
  readonly token?: string;
  /** Header of the token. Default `authorization`, with `Bearer` before the token; any other has the token alone. */
  readonly tokenHeader?: string;
  /** The query. Default: `ProjectId` and `FileId` of the page's example URL, and `event`, which is the type. */
  readonly query?: Readonly<Record<string, string>>;
}

const [fileNew] = threeqExamples['file.new'];

/** Proven by a Cognito token, a shared secret or both. Of names other than `file.new`, 3Q publishes no example: theirs is derived from it. */
export const threeqDelivery = (type: ThreeqType, options: ThreeqDeliveryOptions): TestDelivery =>
  buildDelivery(
    { provider: 'threeq', type, source: '3q', example: payloadOf(type), prove: () => prove(type, options) },
    options,
  );

const payloadOf = (type: string): JsonValue => [{ ...fileNew, Event: type }];

const prove = (type: string, options: ThreeqDeliveryOptions): Proof => {
  const { tokenHeader = 'authorization', userPool } = options;
  const token = options.token ?? userPool?.token();
  const secret = options.secret ?? (token === undefined ? testCredentials.threeq.secret : undefined);
  const headerLines: HeaderLine[] = [];
  const query = new URLSearchParams(options.query ?? { ProjectId: '105489', FileId: '11778933', event: type });
  const header = tokenHeader.toLowerCase();
  if (token !== undefined) headerLines.push([header, header === 'authorization' ? `Bearer ${token}` : token]);
  if (secret?.in === 'header') headerLines.push([secret.name.toLowerCase(), secret.value]);
  if (secret?.in === 'query') query.append(secret.name, secret.value);
  return {
    headerLines,
    rest: query.size === 0 ? '' : `?${query}`,
    credential:
      token !== undefined || secret === undefined
        ? { in: 'header', name: header }
        : { in: secret.in, name: secret.in === 'header' ? secret.name.toLowerCase() : secret.name },
  };
};
