import {
  createWebhooks,
  headersFromEntries,
  type Logger,
  outcomeResponse,
  type Provider,
  type WebhookEvent,
} from '@mediahooks/core';

export interface TestRequest {
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: string;
  /** What follows the source's name in the path. */
  readonly token?: string;
  readonly address?: string;
}

export interface TestAnswer {
  readonly status: number;
  /** The outcome's kind, or the rejection's code. */
  readonly result: string;
  readonly hint: string | undefined;
  readonly retryAfter: string | undefined;
  readonly events: readonly WebhookEvent[];
}

export interface TestReceiver {
  /** Milliseconds since the epoch. */
  now: number;
  /** Every line that was logged, as JSON. */
  readonly log: readonly string[];
  /** Throws in every handler from now on. */
  failWith(error: Error): void;
  send(request: TestRequest): Promise<TestAnswer>;
}

/** A receiver with one source, a handler for everything, and a clock that stands still. */
export const receiverOf = (provider: Provider, now = Date.parse('2026-01-01T00:00:00Z')): TestReceiver => {
  const log: string[] = [];
  const write = (fields: object, message: string): void => void log.push(JSON.stringify({ message, ...fields }));
  const logger: Logger = { debug: write, info: write, warn: write, error: write };
  let failure: Error | undefined;
  const receiver: TestReceiver = {
    now,
    log,
    failWith(error) {
      failure = error;
    },
    async send({ body, headers = {}, query = '', token, address = '92.223.123.5' }) {
      const bytes = typeof body === 'string' ? body : JSON.stringify(body);
      const outcome = await webhooks.receive({
        method: 'POST',
        path: token === undefined ? '/source' : `/source/${token}`,
        query,
        headers: headersFromEntries(Object.entries(headers)),
        socketAddress: address,
        hasSocket: true,
        readBody: () => new TextEncoder().encode(bytes),
      });
      const response = outcomeResponse(outcome);
      return {
        status: response.status,
        result: outcome.rejection?.code ?? outcome.kind,
        hint: outcome.rejection?.hint,
        retryAfter: response.headers['retry-after'],
        events: outcome.events,
      };
    },
  };
  const webhooks = createWebhooks({
    sources: { source: provider },
    logger,
    clock: { now: () => receiver.now, after: () => () => undefined },
  });
  webhooks.on('*', () => {
    if (failure) throw failure;
  });
  return receiver;
};
