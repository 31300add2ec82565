export { type IgniteEventType, type IgniteOptions, ignite } from './ignite.ts';
export { type IgniteVideo, igniteVideo } from './video.ts';
