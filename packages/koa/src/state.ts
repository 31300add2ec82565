import type { EventOf, RegisteredDelivery } from '@mediahooks/core';
import type { webhooksFromEnvironment } from '@mediahooks/providers/environment';
import type {} from 'koa';

/** What `ctx.state.webhook` is: of the receiver that is registered with core, else of the sources the environment configures. */
export type StateWebhook = RegisteredDelivery<EventOf<ReturnType<typeof webhooksFromEnvironment>>>;

declare module 'koa' {
  interface DefaultState {
    /** The verified delivery, where no handler is registered. */
    webhook?: StateWebhook;
  }
}
