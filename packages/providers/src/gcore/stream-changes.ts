import * as z from 'zod';
import type { GcoreStream } from './stream.ts';

const streamState = z.object({ live: z.boolean(), recording: z.boolean(), transcoding: z.boolean().optional() });

/** What is remembered of a stream between deliveries, and what `event.previous` holds. */
export interface GcoreStreamState {
  readonly live: boolean;
  readonly recording: boolean;
  /** Absent where Gcore did not say. */
  readonly transcoding?: boolean;
}

export type GcoreStreamType =
  | 'recording.finished'
  | 'recording.started'
  | 'stream.paused'
  | 'stream.playable'
  | 'stream.started'
  | 'stream.updated';

export const stateOf = ({ live, recording, transcoding }: GcoreStream): GcoreStreamState => ({
  live,
  recording,
  ...(typeof transcoding === 'boolean' && { transcoding }),
});

/** What was remembered, or `undefined` where nothing was, or nothing that can be understood. */
export const readState = (remembered: unknown): GcoreStreamState | undefined => {
  const parsed = streamState.safeParse(remembered);
  if (!parsed.success) return undefined;
  const { live, recording, transcoding } = parsed.data;
  return { live, recording, ...(transcoding !== undefined && { transcoding }) };
};

/**
 * What happened to a stream: the difference between two of its states. Gcore sends the same body for "a live stream has started" and
 * "recording has finished", so a state alone does not tell.
 */
export const streamChanges = (
  previous: GcoreStreamState | undefined,
  current: GcoreStreamState,
): readonly GcoreStreamType[] => (previous === undefined ? firstSeen(current) : changed(previous, current));

const firstSeen = ({ live, recording, transcoding }: GcoreStreamState): readonly GcoreStreamType[] => {
  if (!live) return ['stream.paused'];
  if (recording) return transcoding === true ? ['stream.playable', 'recording.started'] : ['recording.started'];
  return transcoding === true ? ['stream.started', 'stream.playable'] : ['stream.started'];
};

const changed = (previous: GcoreStreamState, current: GcoreStreamState): readonly GcoreStreamType[] => {
  const changes: GcoreStreamType[] = [];
  if (current.live && !previous.live) changes.push('stream.started');
  if (current.transcoding === true && previous.transcoding !== true) changes.push('stream.playable');
  if (current.recording && !previous.recording) changes.push('recording.started');
  if (!current.recording && previous.recording) changes.push('recording.finished');
  if (!current.live && previous.live) changes.push('stream.paused');
  return changes.length > 0 ? changes : ['stream.updated'];
};
