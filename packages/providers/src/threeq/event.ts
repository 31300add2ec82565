import * as z from 'zod';

const picture = z.looseObject({
  FilePictureId: z.int().nullish(),
  URI: z.string().nullish(),
  ThumbURI: z.string().nullish(),
  SrcPictureURI: z.string().nullish(),
  /** Like `16:9`. */
  AspectRatio: z.string().nullish(),
  AspectRatioClosest: z.string().nullish(),
  IsStandard: z.boolean().nullish(),
  ManualUpload: z.boolean().nullish(),
});

const metadata = z.looseObject({
  StandardFilePicture: picture.nullish(),
  Title: z.string().nullish(),
  Description: z.string().nullish(),
  DisplayTitle: z.string().nullish(),
  DisplayTitleSecondLine: z.string().nullish(),
  /** `published`, `unpublished` or `draft`; others may come. */
  ReleaseStatus: z.string().nullish(),
  Category: z.array(z.unknown()).nullish(),
  IABCategory: z.array(z.unknown()).nullish(),
  Share: z.array(z.unknown()).nullish(),
  Videotype: z.array(z.unknown()).nullish(),
  OriginalFileName: z.string().nullish(),
  /** Fields of your own. */
  CustomMetadata: z.unknown().optional(),
});

/** A file of 3Q. Fields not named here are kept. */
export const threeqFile = z.looseObject({
  Id: z.int(),
  Name: z.string().nullish(),
  IsFinished: z.boolean().nullish(),
  IsEncoded: z.boolean().nullish(),
  UseEncoding: z.boolean().nullish(),
  EncodingPriority: z.number().nullish(),
  HasErrors: z.boolean().nullish(),
  Metadata: metadata.nullish(),
  /** ISO 8601 with offset, to the second. */
  CreatedAt: z.string().nullish(),
  /** ISO 8601 with offset, to the second. */
  LastUpdateAt: z.string().nullish(),
});

export interface ThreeqFile extends z.infer<typeof threeqFile> {}

/** An event about a file (docs of 3Q, "Webhooks"). Fields not named here are kept. */
export const threeqFileEvent = z.looseObject({
  Event: z.string().min(1),
  ProjectId: z.int(),
  File: threeqFile,
});

export interface ThreeqFileEvent extends z.infer<typeof threeqFileEvent> {}

/** An event that 3Q does not describe: all that is known is its name. Fields not named here are kept. */
export const threeqOtherEvent = z.looseObject({ Event: z.string().min(1) });

export interface ThreeqOtherEvent extends z.infer<typeof threeqOtherEvent> {}
