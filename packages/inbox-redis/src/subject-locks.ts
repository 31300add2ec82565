import { InboxUnavailableError } from '@mediahooks/core';

/**
 * Lets one at a time work on a subject within this process: fewer plans are made in vain. Other processes are not held up. Of those that
 * would have to wait, `maxWaiting` may.
 */
export const createSubjectLocks = (maxWaiting: number) => {
  const tails = new Map<string, Promise<unknown>>();
  let waiting = 0;
  return async <Result>(subjects: readonly string[], work: () => Promise<Result>): Promise<Result> => {
    const before = subjects.flatMap((subject) => tails.get(subject) ?? []);
    if (before.length > 0 && waiting >= maxWaiting) {
      throw new InboxUnavailableError(
        `Redis is too slow: ${waiting} deliveries wait for others about the same subjects.`,
      );
    }
    waiting += 1;
    const done = Promise.all(before).then(() => {
      waiting -= 1;
      return work();
    });
    const settled: Promise<unknown> = done
      .catch(() => undefined)
      .finally(() => {
        for (const subject of subjects) if (tails.get(subject) === settled) tails.delete(subject);
      });
    // why: all at once, so that two deliveries about the same two subjects can never wait for each other.
    for (const subject of subjects) tails.set(subject, settled);
    return done;
  };
};
