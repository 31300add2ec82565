import type { Clock } from '../clock.ts';
import { isThenable, type MaybePromise } from '../crypto/types.ts';
import { HandlerTimeoutError } from '../errors.ts';
import type { WebhookEvent } from '../event.ts';
import { type AnyHandler, type HandlerContext, type HandlersResult, runHandlers } from '../handlers.ts';

export interface TimeLimit {
  readonly clock: Clock;
  /** So long the handlers of an event have, all of them together; `undefined`: no limit. */
  readonly timeoutMs: number | undefined;
  /** Aborted when the receiver stops: from then on the inbox waits no longer than it was told, and no timer keeps the process. */
  readonly stopping: AbortSignal;
}

export type RunInTime = (
  handlers: readonly AnyHandler[],
  event: WebhookEvent,
  context: HandlerContext,
) => MaybePromise<HandlersResult>;

/**
 * Runs the handlers of an event, and fails where they take too long: their `signal` is aborted, and those whose turn has not come are
 * not called. What they do after that is nobody's, their errors included. Neither throws nor rejects.
 */
export const createRunInTime = ({ clock, stopping, timeoutMs }: TimeLimit): RunInTime => {
  if (timeoutMs === undefined) return runHandlers;

  return (handlers, event, context) => {
    const controller = new AbortController();
    const passOn = (): void => controller.abort(context.signal.reason);
    if (context.signal.aborted) passOn();
    context.signal.addEventListener('abort', passOn);

    let late: HandlerTimeoutError | undefined;
    const inTime = handlers.map(
      (handler): AnyHandler => ({
        handle(given, ownContext) {
          if (late !== undefined) throw late;
          return handler.handle(given, ownContext);
        },
      }),
    );
    const work = runHandlers(inTime, event, { ...context, signal: controller.signal });
    if (!isThenable(work)) {
      context.signal.removeEventListener('abort', passOn);
      return work;
    }

    let cancel = (): void => undefined;
    const tooLate = new Promise<HandlersResult>((resolve) => {
      cancel = clock.after(timeoutMs, () => {
        late = new HandlerTimeoutError(
          `The handlers of event ${event.id} did not end within ${timeoutMs} ms (option handlerTimeoutMs). They may still be running: ` +
            'give what they call a timeout of its own, or pass their signal on.',
        );
        controller.abort(late);
        resolve({ kind: 'failed', error: late });
      });
    });
    if (stopping.aborted) cancel();
    stopping.addEventListener('abort', cancel);
    return Promise.race([work, tooLate]).finally(() => {
      cancel();
      stopping.removeEventListener('abort', cancel);
      context.signal.removeEventListener('abort', passOn);
    });
  };
};
