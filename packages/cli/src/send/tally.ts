import * as z from 'zod';
import type { Answer } from '../http/post.ts';

/** Answers that are alike. */
export interface AnswerCount {
  /** `undefined` where there was no answer. */
  readonly status: number | undefined;
  /** What the receiver called it: its outcome, or the code of its refusal; where there was no answer, why. */
  readonly code: string | undefined;
  readonly count: number;
}

export interface Tally {
  answered(answer: Answer): void;
  unanswered(why: string): void;
  readonly done: number;
  /** Answers with a status of 200 to 299. */
  readonly accepted: number;
  readonly refused: number;
  readonly failed: number;
  /** Most frequent first. */
  counts(): readonly AnswerCount[];
  /** Milliseconds, of what was answered; `undefined` where nothing was. */
  latencies(): { readonly p50: number; readonly p99: number; readonly max: number } | undefined;
}

const answerBody = z.object({
  outcome: z.string().max(60).optional(),
  code: z.string().max(60).optional(),
  detail: z.string().max(500).optional(),
});

/** What a mediahooks receiver says in its answer; nothing where another server answered. */
export const readAnswer = (text: string): z.infer<typeof answerBody> => {
  try {
    return answerBody.parse(JSON.parse(text));
  } catch {
    return {};
  }
};

export const createTally = (): Tally => {
  const counts = new Map<string, AnswerCount>();
  const durations: number[] = [];
  let accepted = 0;
  let refused = 0;
  let unanswered = 0;
  const count = (status: number | undefined, code: string | undefined): void => {
    const key = `${status} ${code}`;
    counts.set(key, { status, code, count: (counts.get(key)?.count ?? 0) + 1 });
  };
  return {
    answered({ durationMs, status, text }) {
      durations.push(durationMs);
      if (status >= 200 && status < 300) accepted += 1;
      else refused += 1;
      const { code, outcome } = readAnswer(text);
      count(status, code ?? outcome);
    },
    unanswered(why) {
      unanswered += 1;
      count(undefined, why);
    },
    get done() {
      return accepted + refused + unanswered;
    },
    get accepted() {
      return accepted;
    },
    get refused() {
      return refused;
    },
    get failed() {
      return unanswered;
    },
    counts: () => [...counts.values()].sort((a, b) => b.count - a.count),
    latencies() {
      const sorted = Float64Array.from(durations).sort();
      const max = sorted.at(-1);
      if (max === undefined) return undefined;
      // why: nearest rank: the smallest latency that so many were not slower than.
      const at = (share: number): number => sorted[Math.ceil(sorted.length * share) - 1] ?? max;
      return { p50: at(0.5), p99: at(0.99), max };
    },
  };
};
