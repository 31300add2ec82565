import { defineProvider, hmac, type Secret, type SourceOptions } from '@mediahooks/core';
import * as z from 'zod';

/** What handlers need to trust is required; all else that arrives is kept. */
const muxEvent = z.looseObject({
  type: z.string(),
  object: z.looseObject({ type: z.string(), id: z.string() }),
  data: z.looseObject({ status: z.string().optional(), duration: z.number().optional() }),
});

export interface MuxOptions extends SourceOptions {
  /** The signing secret of the webhook. Several while it is rotated. */
  readonly secret: Secret;
}

export const mux = ({ secret, ...options }: MuxOptions) =>
  defineProvider({
    name: 'mux',
    guards: [
      hmac({
        secret,
        header: 'mux-signature', // t=1700000000,v1=<hex>
        fields: { timestamp: 't', signature: 'v1' },
        timestampUnit: 's',
        origin: { owner: 'mux', option: 'secret', variable: 'MUX_WEBHOOK_SECRET' },
      }),
    ],
    schema: muxEvent,
    types: [
      'video.asset.created',
      'video.asset.ready',
      'video.asset.errored',
      'video.asset.deleted',
      'video.live_stream.active',
      'video.live_stream.idle',
    ],
    events: (event) => [{ type: event.type, payload: event, subject: `${event.object.type}:${event.object.id}` }],
    redact: ['stream_key'],
    options: { dedupe: { window: 24 * 60 * 60 * 1000 }, ...options },
  });
