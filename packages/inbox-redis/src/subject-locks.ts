import { InboxUnavailableError } from '@mediahooks/core';

/**
 * Lets one at a time work on a subject within this process: fewer plans are made in vain. Other processes are not held up. Of those that
 * would have to wait, `maxWaiting` may, with `maxWaitingBytes` between them.
 */
export const createSubjectLocks = (maxWaiting: number, maxWaitingBytes: number) => {
  const tails = new Map<string, Promise<unknown>>();
  let waiting = 0;
  let waitingBytes = 0;
  return async <Result>(subjects: readonly string[], bytes: number, work: () => Promise<Result>): Promise<Result> => {
    const before = subjects.flatMap((subject) => tails.get(subject) ?? []);
    if (before.length > 0 && (waiting >= maxWaiting || waitingBytes + bytes > maxWaitingBytes)) {
      throw new InboxUnavailableError(
        `Redis is too slow: ${waiting} deliveries wait for others about the same subjects.`,
      );
    }
    waiting += 1;
    waitingBytes += bytes;
    const done = Promise.all(before).then(() => {
      waiting -= 1;
      waitingBytes -= bytes;
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
