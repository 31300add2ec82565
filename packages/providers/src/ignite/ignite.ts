import {
  checkOptions,
  defineProvider,
  hmac,
  type Provider,
  type Secret,
  type SourceOptions,
  sourceOptionNames,
} from '@mediahooks/core';
import { schemaLater } from '../schema-later.ts';
import { sourceOptions } from '../source-options.ts';
import type { IgniteVideo } from './video.ts';

export interface IgniteOptions extends SourceOptions {
  /** The subscription's signing secret, whole, `whsec_` included. Several while it is rotated. */
  readonly secret: Secret;
  /**
   * How far the signature's timestamp may be from now, either way, in milliseconds; `false` turns the check off, and
   * then a captured delivery can be handled again once `dedupe.window` is over. Ignite publishes no figure. Default 300000, five
   * minutes.
   */
  readonly toleranceMs?: number | false;
}

export type IgniteEventType = 'video.created' | 'video.updated' | 'video.deleted';

const types = ['video.created', 'video.updated', 'video.deleted'] as const satisfies IgniteEventType[];

const eventHeader = 'x-webhook-event';
const deliveryHeader = 'x-webhook-delivery-id';

/**
 * Ignite. Every delivery carries `X-Webhook-Signature: t=<milliseconds>,v1=<hex>`, HMAC-SHA256 over `t`, a dot and the raw body
 * (docs.ignite.video, webhooks/signature). Deliveries come more than once and out of order: both are recognised.
 *
 * The event's name is in a header that is not signed: whoever captures a delivery can give it another name.
 *
 * @throws {ConfigurationError} `secret-missing`, `secret-empty`, `option-unknown`, `option-invalid`.
 */
export const ignite = (
  options: IgniteOptions,
): Provider<Readonly<Record<IgniteEventType, IgniteVideo>>, never, never> => {
  checkOptions('ignite', options, ['secret', 'toleranceMs', ...sourceOptionNames]);
  return defineProvider({
    name: 'ignite',
    guards: [
      hmac({
        secret: options.secret,
        header: 'x-webhook-signature',
        fields: { timestamp: 't', signature: 'v1' },
        timestampUnit: 'ms',
        origin: { owner: 'ignite', option: 'secret', variable: 'MEDIAHOOKS_IGNITE_SECRET' },
        ...(options.toleranceMs !== undefined && { toleranceMs: options.toleranceMs }),
      }),
    ],
    schema: schemaLater(async () => (await import('./video.ts')).igniteVideo),
    types,
    headers: [eventHeader, deliveryHeader],
    deliveryId: (delivery) => delivery.headers.get(deliveryHeader) || undefined,
    events: (video, delivery) => [
      {
        type: delivery.headers.get(eventHeader) || 'unknown',
        payload: video,
        subject: `video:${video.id}`,
        version: Date.parse(video.updatedAt),
      },
    ],
    redact: ['signingSecret'],
    options: sourceOptions(options),
  });
};
