import * as z from 'zod';

const rendition = z.looseObject({
  name: z.string().nullish(),
  url: z.string().nullish(),
  width: z.number().nullish(),
  height: z.number().nullish(),
});

const labelled = z.looseObject({ id: z.string(), title: z.string().nullish(), slug: z.string().nullish() });

/**
 * Ignite's video object (docs.ignite.video, "Video Object"). Its pages show only part of it in webhook samples, so only the id and
 * the two dates are required; fields not named here are kept.
 */
export const igniteVideo = z.looseObject({
  id: z.string().min(1),
  createdAt: z.iso.datetime({ offset: true }),
  updatedAt: z.iso.datetime({ offset: true }),
  /** `COMPLETE`, `PROCESSING`, `NO_FILE` or `FAILED`; others may come. */
  status: z.string().nullish(),
  /** `public` or `private`. */
  visibility: z.string().nullish(),
  title: z.string().nullish(),
  slug: z.string().nullish(),
  description: z.string().nullish(),
  /** Seconds. */
  duration: z.number().nullish(),
  fps: z.number().nullish(),
  /** `landscape` or `portrait`. */
  orientation: z.string().nullish(),
  sourceFolder: z.string().nullish(),
  workspace: z.string().nullish(),
  src: z
    .looseObject({
      thumbnailUrl: z.string().nullish(),
      thumbnailUrlOriginal: z.string().nullish(),
      filename: z.string().nullish(),
      abr: z
        .looseObject({
          url: z.string().nullish(),
          resolution: z.string().nullish(),
          description: z.string().nullish(),
          maxWidth: z.number().nullish(),
          maxHeight: z.number().nullish(),
        })
        .nullish(),
      /** Highest resolution first. */
      hls: z.array(rendition).nullish(),
      /** Highest resolution first. */
      mp4: z.array(rendition).nullish(),
    })
    .nullish(),
  subtitles: z
    .array(
      z.looseObject({
        id: z.string(),
        language: z.string().nullish(),
        content: z.string().nullish(),
        filename: z.string().nullish(),
        url: z.string().nullish(),
      }),
    )
    .nullish(),
  categories: z.array(labelled).nullish(),
  tags: z.array(labelled).nullish(),
});

export interface IgniteVideo extends z.infer<typeof igniteVideo> {}
