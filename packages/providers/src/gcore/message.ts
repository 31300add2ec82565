import * as z from 'zod';
import { chosenSchema } from '../chosen-schema.ts';
import { gcoreBroadcast } from './broadcast.ts';
import { gcoreRestream } from './restream.ts';
import { gcoreStream } from './stream.ts';
import { gcoreDeletedVideo, gcoreVideo } from './video.ts';

const stream = z.looseObject({ type: z.literal('stream'), message: z.looseObject({ stream: gcoreStream }) });
const video = z.looseObject({ type: z.literal('video'), message: z.looseObject({ video: gcoreVideo }) });
const videoDelete = z.looseObject({
  type: z.literal('video_delete'),
  message: z.looseObject({ video: gcoreDeletedVideo }),
});
const broadcast = z.looseObject({
  type: z.literal('broadcast'),
  message: z.looseObject({ broadcast: gcoreBroadcast }),
});
const restream = z.looseObject({ type: z.literal('restream'), message: z.looseObject({ restream: gcoreRestream }) });

/** A type that Gcore has added since. */
const other = z
  .looseObject({ type: z.string().min(1) })
  .transform((body) => ({ type: undefined, name: body.type, body }));

/** What Gcore sends: `{ type, message: { … } }`. */
export const gcoreMessage = chosenSchema<
  | z.infer<typeof stream>
  | z.infer<typeof video>
  | z.infer<typeof videoDelete>
  | z.infer<typeof broadcast>
  | z.infer<typeof restream>
  | z.infer<typeof other>
>(({ type }) => {
  switch (type) {
    case 'stream':
      return stream;
    case 'video':
      return video;
    case 'video_delete':
      return videoDelete;
    case 'broadcast':
      return broadcast;
    case 'restream':
      return restream;
    default:
      return other;
  }
});

export type GcoreMessage = z.output<typeof gcoreMessage>;
