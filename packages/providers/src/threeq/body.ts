import type { EventDraft } from '@mediahooks/core';
import * as z from 'zod';
import { chosenSchema } from '../chosen-schema.ts';
import { type ThreeqFileEvent, type ThreeqOtherEvent, threeqFileEvent, threeqOtherEvent } from './event.ts';

type Draft = EventDraft<'file.new', ThreeqFileEvent> | EventDraft<string, ThreeqOtherEvent>;

const fileEvent = threeqFileEvent.transform(
  (payload): Draft => ({
    type: payload.Event,
    payload,
    subject: `file:${payload.File.Id}`,
  }),
);

/** 3Q describes no other event: it may be about a file or not. */
const otherEvent = threeqOtherEvent.transform((payload): Draft => {
  const about = threeqFileEvent.safeParse(payload);
  return { type: payload.Event, payload, ...(about.success && { subject: `file:${about.data.File.Id}` }) };
});

const item = chosenSchema<Draft>(({ Event }) => (Event === 'file.new' ? fileEvent : otherEvent));

/** What 3Q sends: one event or more. */
export const threeqBody = z.tuple([item], item);

export type ThreeqBody = z.output<typeof threeqBody>;
