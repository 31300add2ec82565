import type { Clock } from '../clock.ts';
import { deadlineOf } from '../deadline.ts';
import { InboxUnavailableError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { Inbox } from './inbox.ts';
import type { DrainOptions, DrainResult, WatchedWorker } from './watch-worker.ts';

export interface DrainParts {
  readonly inbox: Inbox;
  readonly watched: WatchedWorker;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** So long the inbox has to answer when nothing more has come of it. */
const answerWithinMs = 4500;

/**
 * Waits until nothing is due any more. An inbox that cannot be reached gives nothing to do either, so it is asked, before and after: only
 * then is it true that everything was done.
 */
export const drainInbox = async (
  { clock, inbox, logger, watched }: DrainParts,
  { idleMs = 2000, timeoutMs = 20_000 }: DrainOptions,
): Promise<DrainResult> => {
  const endsAt = clock.now() + timeoutMs;

  const reach = async (withinMs: number): Promise<void> => {
    const deadline = deadlineOf(clock, withinMs);
    const late = deadline.passed().then(() => {
      throw new InboxUnavailableError(`The inbox did not answer within ${withinMs} ms.`);
    });
    try {
      // why: the cheapest question there is, whatever the inbox holds.
      await Promise.race([inbox.get('none'), late]);
    } catch (error) {
      logger.error({ err: String(error) }, 'the inbox cannot be reached: what is due in it is not handled');
      throw error;
    } finally {
      deadline.cancel();
    }
  };

  await reach(timeoutMs);
  const result = await watched.untilIdle({ idleMs, timeoutMs: Math.max(endsAt - clock.now(), 0) });
  if (!result.isTimeUp) await reach(answerWithinMs);
  return result;
};
