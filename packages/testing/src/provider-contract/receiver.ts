import assert from 'node:assert/strict';
import {
  createWebhooks,
  headersFromEntries,
  type Outcome,
  outcomeResponse,
  type Provider,
  type RejectionCode,
  type WebhookEvent,
} from '@mediahooks/core';
import type { TestDelivery } from '../deliver/test-delivery.ts';
import { contractNow } from './subject.ts';

/** What became of a delivery, and all that was said of it. */
export interface Received {
  readonly outcome: Outcome;
  readonly status: number;
  /** What the sender is told. */
  readonly answer: string;
  /** What the operator is told. */
  readonly hint: string;
  /** What handlers were given. */
  readonly events: readonly WebhookEvent[];
}

export interface ReceiveOptions {
  /** The receiver's clock. Default: {@link contractNow}. */
  readonly now?: number;
  /** Address of the connection. Default: the delivery's own, else the loopback. */
  readonly socketAddress?: string;
}

/** A receiver of one provider, without a network: the whole pipeline, given exactly the delivery's bytes and header lines. */
export const createContractReceiver = (provider: Provider) => {
  const handled: WebhookEvent[] = [];
  let now = contractNow;
  let hint = '';

  const receiverOf = (source: string) => {
    const webhooks = createWebhooks({
      sources: { [source]: provider },
      logger: false,
      clock: { now: () => now, after: () => () => undefined },
      observe: {
        rejected(_delivery, rejection) {
          hint = rejection.hint;
        },
      },
    });
    webhooks.on('*', (event) => {
      handled.push(event);
    });
    return webhooks;
  };
  const receivers = new Map<string, ReturnType<typeof receiverOf>>();

  return async (delivery: TestDelivery, options: ReceiveOptions = {}): Promise<Received> => {
    const webhooks = receivers.get(delivery.source) ?? receiverOf(delivery.source);
    receivers.set(delivery.source, webhooks);
    now = options.now ?? contractNow;
    hint = '';
    const before = handled.length;
    const [path = '', query = ''] = delivery.path.split('?');
    const outcome = await webhooks.receive({
      method: delivery.method,
      path,
      query,
      headers: headersFromEntries(delivery.headerLines),
      socketAddress: options.socketAddress ?? delivery.address ?? '127.0.0.1',
      hasSocket: true,
      readBody: () => delivery.body,
    });
    const { body, headers, status } = outcomeResponse(outcome);
    const answer = `${JSON.stringify(headers)} ${body}`;
    return { outcome, status, answer, hint, events: handled.slice(before) };
  };
};

/** One delivery, to a receiver of its own. */
export const receiveOnce = (provider: Provider, delivery: TestDelivery, options?: ReceiveOptions): Promise<Received> =>
  createContractReceiver(provider)(delivery, options);

export const assertAccepted = ({ outcome, status, hint }: Received, what: string): void => {
  const became = outcome.rejection === undefined ? outcome.kind : `${outcome.rejection.code}: ${hint}`;
  assert.equal(became, 'handled', `${what} must be handled`);
  assert.equal(status, 200, `${what} must be answered 200`);
};

export const assertRefused = (
  { outcome, status, events }: Received,
  code: RejectionCode,
  expectedStatus: number,
  what: string,
): void => {
  assert.equal(outcome.rejection?.code ?? outcome.kind, code, `${what} must be refused with ${code}`);
  assert.equal(status, expectedStatus, `${what} must be answered ${expectedStatus}`);
  assert.equal(events.length, 0, `${what} must not reach a handler`);
};
