import { randomBytes } from 'node:crypto';
import { igniteSignature } from '../ignite-signature.ts';
import type { JsonValue } from '../json.ts';
import { igniteExamples } from '../payloads/ignite.ts';
import { buildDelivery } from './build.ts';
import type { DeliveryOptions } from './delivery-options.ts';
import type { IgniteType } from './event-types.ts';
import { testCredentials } from './test-credentials.ts';
import type { TestDelivery } from './test-delivery.ts';

export interface IgniteDeliveryOptions extends DeliveryOptions {
  /** Default `testCredentials.ignite.secret`. */
  readonly secret?: string;
  /** When it is signed: milliseconds since the epoch. Default: now. */
  readonly now?: number;
  /** `X-Webhook-Delivery-Id`. Default: `del_` and 24 random hex digits. */
  readonly deliveryId?: string;
}

const video = igniteExamples.video;

/**
 * The page has one body, for all events. `video.created` is derived from it with a status that a new video may have, `video.deleted`
 * with another visibility: were the bodies equal, two of them signed in the same millisecond would have equal signatures, and the
 * second be a duplicate.
 */
const payloads: Readonly<Record<IgniteType, JsonValue>> = {
  'video.created': { ...video, status: 'PROCESSING' },
  'video.updated': video,
  'video.deleted': { ...video, visibility: 'private' },
};

/**
 * Signed. Receivers recognise duplicates by the signature: of two deliveries of one type, give one another `now` or another payload.
 */
export const igniteDelivery = (type: IgniteType, options: IgniteDeliveryOptions): TestDelivery => {
  const {
    secret = testCredentials.ignite.secret,
    now = Date.now(),
    deliveryId = `del_${randomBytes(12).toString('hex')}`,
  } = options;
  return buildDelivery(
    {
      provider: 'ignite',
      type,
      source: 'ignite',
      example: payloads[type],
      prove: (body) => ({
        credential: { in: 'header', name: 'x-webhook-signature' },
        headerLines: [
          ['x-webhook-event', type],
          ['x-webhook-delivery-id', deliveryId],
          ['x-webhook-signature', igniteSignature(secret, body, now)],
        ],
      }),
    },
    options,
  );
};
