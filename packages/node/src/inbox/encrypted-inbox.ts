import {
  type Acceptance,
  checkOptions,
  type Inbox,
  type InboxDelivery,
  type InboxEvent,
  type StoredDelivery,
} from '@mediahooks/core';
import { createSealedBox, type EncryptionKey } from './sealed-box.ts';

export interface EncryptionOptions {
  /** 32 bytes, as bytes or in base64; several while they are rotated: the first encrypts, all of them decrypt. */
  readonly key: EncryptionKey;
}

/**
 * An inbox whose storage sees no content: bodies, headers, queries and payloads are encrypted with AES-256-GCM before they are handed
 * to it. Ids, times, addresses, types, subjects and what is remembered of a subject stay readable: the engine works with them.
 *
 * @throws {ConfigurationError} `secret-missing`, `option-invalid`, `option-unknown`.
 */
export const encryptedInbox = (inbox: Inbox, options: EncryptionOptions): Inbox => {
  checkOptions('encryption', options, ['key']);
  const box = createSealedBox(options.key, 'encryption');

  const sealText = (text: string, context: string): string =>
    Buffer.from(box.seal(Buffer.from(text), context)).toString('base64');
  const openText = (sealed: string, context: string): string =>
    Buffer.from(box.open(Buffer.from(sealed, 'base64'), context)).toString('utf8');
  const openJson = (sealed: unknown, context: string): unknown => {
    if (sealed === undefined) return undefined;
    if (typeof sealed !== 'string') throw new TypeError('What is stored was stored without encryption.');
    return JSON.parse(openText(sealed, context));
  };

  const sealDelivery = (delivery: StoredDelivery): StoredDelivery => {
    const { body, headers, id, pathToken, query } = delivery;
    return {
      ...delivery,
      body: box.seal(body, `${id} body`),
      pathToken: undefined,
      query: '',
      headers: [[sealedHeader, sealText(JSON.stringify({ headers, pathToken, query }), `${id} head`)]],
    };
  };
  const openDelivery = (delivery: StoredDelivery): StoredDelivery => {
    const { body, headers, id } = delivery;
    const sealed = headers.find(([name]) => name === sealedHeader)?.[1];
    // why: kept before encryption was turned on.
    if (sealed === undefined) return delivery;
    return { ...delivery, ...readHead(openJson(sealed, `${id} head`)), body: box.open(body, `${id} body`) };
  };
  const sealPlan = ({
    plan,
    subjects,
  }: Pick<Acceptance, 'plan' | 'subjects'>): Pick<Acceptance, 'plan' | 'subjects'> => ({
    subjects,
    plan(known) {
      const planned = plan(known);
      return {
        subjects: planned.subjects,
        events: planned.events.map((event) => ({
          ...event,
          payload: sealValue(event.payload, `${event.id} payload`),
          previous: sealValue(event.previous, `${event.id} previous`),
        })),
      };
    },
  });
  const sealValue = (value: unknown, context: string): unknown =>
    value === undefined ? undefined : { [sealedHeader]: sealText(JSON.stringify(value), context) };
  const sealAcceptance = (acceptance: Acceptance): Acceptance => ({
    ...acceptance,
    ...sealPlan(acceptance),
    delivery: sealDelivery(acceptance.delivery),
  });
  const openValue = (value: unknown, context: string): unknown =>
    typeof value === 'object' && value !== null && sealedHeader in value
      ? openJson(value[sealedHeader], context)
      : value;
  const openEvent = (event: InboxEvent): InboxEvent => ({
    ...event,
    payload: openValue(event.payload, `${event.id} payload`),
    previous: openValue(event.previous, `${event.id} previous`),
  });
  const openShown = (delivery: InboxDelivery): InboxDelivery => ({
    ...delivery,
    events: delivery.events.map(openEvent),
  });

  return {
    ...inbox,
    attach: (reader) =>
      inbox.attach?.({
        async read(delivery) {
          const read = await reader.read(openDelivery(delivery));
          return read === undefined ? undefined : sealPlan(read);
        },
      }),
    accept: (acceptance) => inbox.accept(sealAcceptance(acceptance)),
    release: (acceptance) => inbox.release(sealAcceptance(acceptance)),
    quarantine: (delivery, why) => inbox.quarantine(sealDelivery(delivery), why),
    start: (worker) =>
      inbox.start({
        ...worker,
        async run(event, delivery, context) {
          let opened: readonly [InboxEvent, StoredDelivery];
          try {
            opened = [openEvent(event), openDelivery(delivery)];
          } catch (error) {
            // why: not given up: a process with the right key may come.
            const retryInMs = worker.retryDelayMs(context.attempt);
            return { kind: 'failed', error: error instanceof Error ? error.message : String(error), retryInMs };
          }
          return worker.run(...opened, context);
        },
      }),
    async list(filter, page) {
      const { cursor, deliveries } = await inbox.list(filter, page);
      return { cursor, deliveries: deliveries.map(openShown) };
    },
    async get(deliveryId) {
      const delivery = await inbox.get(deliveryId);
      return delivery === undefined ? undefined : openShown(delivery);
    },
    async load(deliveryId) {
      const delivery = await inbox.load(deliveryId);
      return delivery === undefined ? undefined : openDelivery(delivery);
    },
  };
};

/** Marks what is encrypted. No HTTP header can have this name: it holds a space. */
const sealedHeader = 'mediahooks sealed';

const readHead = (value: unknown): Pick<StoredDelivery, 'headers' | 'pathToken' | 'query'> => {
  const head: { headers?: unknown; pathToken?: unknown; query?: unknown } =
    typeof value === 'object' && value !== null ? value : {};
  if (!Array.isArray(head.headers) || typeof head.query !== 'string')
    throw new TypeError('The stored headers are not a list.');
  const headers = head.headers.map((pair: unknown): [string, string] => {
    if (!Array.isArray(pair)) throw new TypeError('A stored header is not a pair.');
    return [String(pair[0]), String(pair[1])];
  });
  return { headers, query: head.query, pathToken: typeof head.pathToken === 'string' ? head.pathToken : undefined };
};
