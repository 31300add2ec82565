export { type GcoreBroadcast, gcoreBroadcast } from './broadcast.ts';
export { type GcoreEventType, type GcoreOptions, type GcoreTypes, gcore, gcoreRanges } from './gcore.ts';
export { type GcoreRestream, gcoreRestream } from './restream.ts';
export { type GcoreStream, gcoreStream } from './stream.ts';
export type { GcoreStreamState, GcoreStreamType } from './stream-changes.ts';
export { type GcoreDeletedVideo, type GcoreVideo, gcoreDeletedVideo, gcoreVideo, isRecording } from './video.ts';
