import type { Clock } from '../clock.ts';
import { deadlineOf } from '../deadline.ts';
import { InboxUnavailableError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { checkOptions, positiveInteger } from '../options.ts';
import type { EventStatus, Inbox, InboxEvent, PageRequest } from './inbox.ts';
import type { DrainOptions, DrainResult, WatchedWorker } from './watch-worker.ts';

export interface DrainParts {
  readonly inbox: Inbox;
  readonly watched: WatchedWorker;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** With defaults. @throws {ConfigurationError} `option-unknown`, `option-invalid`. */
export const readDrainOptions = (options: DrainOptions): Required<DrainOptions> => {
  checkOptions('drain', options, ['timeoutMs', 'idleMs']);
  return {
    timeoutMs: positiveInteger('drain', 'timeoutMs', options.timeoutMs, 20_000),
    idleMs: positiveInteger('drain', 'idleMs', options.idleMs, 2000),
  };
};

/** So long the inbox has to answer when nothing more has come of it. */
const answerWithinMs = 4500;
/** So many deliveries are asked for at once to find an event that is due. They come with their payloads, so they are few. */
const pageSize = 20;
/** So often. A long backlog of what waits for its next attempt must not make each call as long as it may take. */
const maxPages = 10;

/**
 * Waits until nothing is due any more. That no event has come for a while does not say so: the engine may still be waiting for the answer
 * to its first look, or not reach its storage at all. So the inbox itself is asked, before and after.
 */
export const drainInbox = async (
  { clock, inbox, logger, watched }: DrainParts,
  { idleMs, timeoutMs }: Required<DrainOptions>,
): Promise<DrainResult> => {
  const endsAt = clock.now() + timeoutMs;
  const endedBefore = watched.ended;
  const remainingMs = (): number => Math.max(endsAt - clock.now(), 0);
  const result = (isTimeUp: boolean): DrainResult => ({ events: watched.ended - endedBefore, isTimeUp });

  /** `undefined` where it was stopped meanwhile. */
  const answered = async <Answer>(answer: Promise<Answer>, withinMs: number): Promise<Answer | undefined> => {
    const deadline = deadlineOf(clock, withinMs);
    const late = deadline.passed().then(() => {
      throw new InboxUnavailableError(`The inbox did not answer within ${withinMs} ms.`);
    });
    try {
      return await Promise.race([answer, late]);
    } catch (error) {
      // why: a stop closes the inbox, and whoever stops knows that there may be more.
      if (watched.isStopped) return undefined;
      logger.error({ err: String(error) }, 'the inbox cannot be reached: what is due in it is not handled');
      throw error;
    } finally {
      deadline.cancel();
    }
  };

  /**
   * Whether any event is so among the newest deliveries that have one of that status; `undefined` where the time was over, or it was stopped,
   * before they were seen. What lies further back is left to the engine, and to the next call.
   */
  const isAny = async (
    status: EventStatus,
    isSo: (event: InboxEvent, now: number) => boolean,
  ): Promise<boolean | undefined> => {
    let request: PageRequest = { limit: pageSize };
    for (let page = 0; page < maxPages; page += 1) {
      const found = await answered(inbox.list({ status }, request), answerWithinMs);
      if (found === undefined) return undefined;
      const { cursor, deliveries } = found;
      const now = clock.now();
      if (deliveries.some(({ events }) => events.some((event) => event.status === status && isSo(event, now))))
        return true;
      if (cursor === undefined) return false;
      if (now >= endsAt) return undefined;
      request = { limit: pageSize, cursor };
    }
    return false;
  };

  /** Whether anything is to come still. */
  const isAnyLeft = async (): Promise<boolean | undefined> => {
    // why: until its end is written down, the next event of its subject waits, and it would be handled again where the process ends. And why
    // first: once that is written, the next one is seen to be due.
    const unwritten =
      watched.ended > 0 && (await isAny('running', ({ attempts, id }) => watched.hasEnded(id, attempts)));
    return unwritten === false ? isAny('pending', isDue) : unwritten;
  };

  // why: the cheapest question there is, whatever the inbox holds.
  await answered(inbox.get('none'), timeoutMs);
  while (await watched.untilIdle({ idleMs, timeoutMs: remainingMs() })) {
    const { begun } = watched;
    const left = await isAnyLeft();
    if (left === undefined) return result(true);
    // why: what began meanwhile is not done, and what comes after it was not due yet.
    if (!left && watched.begun === begun) return result(false);
  }
  return result(true);
};

/** What waits for its next attempt is due at its time; what was never tried always is. */
const isDue = ({ attempts, runAt }: InboxEvent, now: number): boolean => attempts === 0 || runAt <= now;
