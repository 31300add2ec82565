import type { ActivityCount, Clock, HandlerLatency, Inbox, InboxDelivery, InboxStats } from '@mediahooks/core';
import { createSparingly } from '../sparingly.ts';

/** The spans of time the overview can show, and what a bar of its chart stands for. */
export const spans = {
  hour: { title: '1 hour', stepMs: 60_000, steps: 60 },
  day: { title: '24 hours', stepMs: 30 * 60_000, steps: 48 },
  week: { title: '7 days', stepMs: 3 * 3_600_000, steps: 56 },
  month: { title: '30 days', stepMs: 12 * 3_600_000, steps: 60 },
} as const;

export type SpanName = keyof typeof spans;

export interface OverviewData {
  readonly stats: InboxStats;
  /** Of the whole span, and as long before it. */
  readonly counts: readonly ActivityCount[];
  readonly latency: readonly HandlerLatency[];
  readonly latest: readonly InboxDelivery[];
  /** When the span begins and ends, in milliseconds since the epoch. */
  readonly from: number;
  readonly until: number;
}

/** Reads what the overview shows, sparingly. */
export const createOverviewData = (inbox: Inbox, clock: Clock): ((span: SpanName) => Promise<OverviewData>) => {
  // why: each by itself, because what is cheap may be asked often.
  const stats = createSparingly(clock, () => inbox.stats());
  const latency = createSparingly(clock, () => inbox.latency());
  const latest = createSparingly(clock, async () => (await inbox.list({}, { limit: 8 })).deliveries);
  const activity = createSparingly(clock, (query: Parameters<Inbox['activity']>[0]) => inbox.activity(query));
  return async (span) => {
    const { stepMs, steps } = spans[span];
    const until = Math.ceil((clock.now() + 1) / stepMs) * stepMs;
    const from = until - steps * stepMs;
    const [nowStats, counts, handlers, deliveries] = await Promise.all([
      stats(undefined),
      activity({ from: from - steps * stepMs, until, stepMs }),
      latency(undefined),
      latest(undefined),
    ]);
    return { stats: nowStats, counts, latency: handlers, latest: deliveries, from, until };
  };
};
