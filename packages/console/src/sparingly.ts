import type { Clock } from '@mediahooks/core';

/** So small a part of the time is spent on what is asked again and again, at most: receiving comes first. */
const share = 0.005;

/** Whatever it costs, it is not asked more often than the one, and is not older than the other. */
const leastMs = 500;
const mostMs = 60_000;

/** So many different questions are remembered; the oldest are forgotten first. */
const maxKept = 50;

/**
 * Remembers answers for a moment; how long it is depends on how long they took to find. Counting a million deliveries takes a tenth of a
 * second in which an embedded inbox does nothing else, and a page that looks again every other second must not slow the receiver down. However
 * many look at it, they share one answer.
 */
export const createSparingly = <Question, Answer>(
  clock: Clock,
  find: (question: Question) => Promise<Answer>,
): ((question: Question) => Promise<Answer>) => {
  const kept = new Map<string, { readonly answer: Promise<Answer>; goodUntil: number }>();
  return async (question) => {
    const key = JSON.stringify(question);
    const known = kept.get(key);
    const startedAt = clock.now();
    if (known !== undefined && startedAt < known.goodUntil) return known.answer;
    const answer = find(question);
    const entry = { answer, goodUntil: Number.POSITIVE_INFINITY };
    kept.delete(key);
    kept.set(key, entry);
    const [oldest] = kept.keys();
    if (kept.size > maxKept && oldest !== undefined) kept.delete(oldest);
    try {
      await answer;
      const now = clock.now();
      entry.goodUntil = now + Math.min(Math.max((now - startedAt) / share, leastMs), mostMs);
    } catch {
      // why: whoever waits for it is told, and the next one asks again.
      entry.goodUntil = startedAt;
    }
    return answer;
  };
};
