import { z } from 'zod';

// What the commands over an inbox print with --json.

const time = z.iso.datetime();
const rejection = z.strictObject({ code: z.string(), cause: z.string().nullable(), hint: z.string() });
const event = z.strictObject({
  id: z.string(),
  type: z.string(),
  name: z.string(),
  status: z.string(),
  attempts: z.int(),
  subject: z.string().nullable(),
  version: z.union([z.string(), z.number()]).nullable(),
  runAt: time.nullable(),
  unreadable: z.string().nullable(),
});
const listed = z.strictObject({
  id: z.uuid(),
  source: z.string(),
  receivedAt: time,
  address: z.string().nullable(),
  outcome: z.string(),
  duplicateOf: z.string().nullable(),
  rejection: rejection.nullable(),
  unreadable: z.string().nullable(),
  events: z.array(event),
});
export const page = z.strictObject({ deliveries: z.array(listed), cursor: z.string().nullable() });
const attempt = z.strictObject({
  attempt: z.int(),
  startedAt: time,
  endedAt: time.nullable(),
  error: z.string().nullable(),
});
export const whole = listed.extend({
  isConfigured: z.boolean(),
  path: z.string(),
  query: z.string(),
  headers: z.array(z.tuple([z.string(), z.string()])),
  bodyPart: z.string(),
  bodyBytes: z.int(),
  payload: z.unknown(),
  events: z.array(event.extend({ payload: z.unknown(), history: z.array(attempt) })),
  curl: z.string(),
});
export const replayed = z.strictObject({
  replayed: z.array(
    z.union([
      z.strictObject({ delivery: z.uuid(), result: z.literal('replayed'), events: z.int() }),
      z.strictObject({ delivery: z.uuid(), result: z.literal('duplicate'), of: z.uuid() }),
      z.strictObject({
        delivery: z.uuid(),
        result: z.literal('refused'),
        code: z.string(),
        cause: z.string().nullable(),
        hint: z.string(),
      }),
      z.strictObject({ delivery: z.uuid(), result: z.literal('unreadable'), why: z.string() }),
    ]),
  ),
});
const rounded = z.number().refine((ms) => ms === Number(ms.toFixed(3)));
const counts = z.record(z.string(), z.int());
export const stats = z.strictObject({
  deliveries: counts,
  events: counts,
  backlogAgeMs: z.number().nullable(),
  handlers: z.array(
    z.strictObject({
      source: z.string(),
      attempts: z.int(),
      failed: z.int(),
      p50Ms: rounded,
      p99Ms: rounded,
    }),
  ),
});
