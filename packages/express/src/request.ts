import type { EventOf, RegisteredDelivery } from '@mediahooks/core';
import type { webhooksFromEnvironment } from '@mediahooks/providers/environment';

/** What `req.webhook` is: of the receiver that is registered with core, else of the sources the environment configures. */
export type RequestWebhook = RegisteredDelivery<EventOf<ReturnType<typeof webhooksFromEnvironment>>>;

declare global {
  namespace Express {
    interface Request {
      /** The verified delivery, where no handler is registered. */
      webhook?: RequestWebhook;
    }
  }
}
