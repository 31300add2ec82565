import {
  type Acceptance,
  type AcceptResult,
  checkOptions,
  type HandlerContext,
  type Inbox,
  type InboxDelivery,
  type InboxEvent,
  type InboxWorker,
  type JobResult,
  type PlannedEvent,
  type Rejection,
  type StoredDelivery,
  WebhookError,
} from '@mediahooks/core';
import { createSealedBox, type EncryptionKey } from './sealed-box.ts';
import {
  failUndecryptable,
  isSealed,
  sealedHeader,
  sealedHeadOf,
  sealedTextMark,
  UndecryptableDeliveryError,
  withoutContent,
} from './sealed-delivery.ts';

export interface EncryptionOptions {
  /** 32 bytes, as bytes or in base64; several while they are rotated: the first encrypts, all of them decrypt. */
  readonly key: EncryptionKey;
}

/**
 * An inbox whose storage sees no content: bodies, headers, queries, payloads and the texts of errors and hints are encrypted with
 * AES-256-GCM before they are handed to it. Ids, times, addresses, types, names, subjects, versions and what is remembered of a subject
 * stay readable: the engine works with them. It keeps content from readers; who can write to the storage can still exchange it for
 * content that is not encrypted.
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
    const { body, id } = delivery;
    const sealed = sealedHeadOf(delivery);
    // why: kept before encryption was turned on.
    if (sealed === undefined) return delivery;
    return { ...delivery, ...readHead(openJson(sealed, `${id} head`)), body: box.open(body, `${id} body`) };
  };
  const openWhole = (delivery: StoredDelivery): StoredDelivery => {
    try {
      return openDelivery(delivery);
    } catch (error) {
      if (!(error instanceof WebhookError && error.code === 'decryption-failed')) throw error;
      throw new UndecryptableDeliveryError(error.message, { cause: error });
    }
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
  /** Stores what is sealed, and gives the events as they were planned. */
  const store = async (
    acceptance: Acceptance,
    write: (sealed: Acceptance) => Promise<AcceptResult>,
  ): Promise<AcceptResult> => {
    let plain = new Map<string, PlannedEvent>();
    const plan: Acceptance['plan'] = (known) => {
      const planned = acceptance.plan(known);
      plain = new Map(planned.events.map((event) => [event.id, event]));
      return planned;
    };
    const sealed = sealPlan({ plan, subjects: acceptance.subjects });
    const result = await write({ ...acceptance, ...sealed, delivery: sealDelivery(acceptance.delivery) });
    if (result.kind === 'duplicate') return result;
    return { ...result, events: result.events.map((event) => plain.get(event.id) ?? event) };
  };
  const openValue = (value: unknown, context: string): unknown =>
    typeof value === 'object' && value !== null && sealedHeader in value
      ? openJson(value[sealedHeader], context)
      : value;
  const openEvent = (event: InboxEvent): InboxEvent => ({
    ...event,
    payload: openValue(event.payload, `${event.id} payload`),
    previous: openValue(event.previous, `${event.id} previous`),
  });
  const sealShort = (text: string, context: string): string => `${sealedTextMark}${sealText(text, context)}`;
  const openShort = (text: string, context: string): string =>
    text.startsWith(sealedTextMark) ? openText(text.slice(sealedTextMark.length), context) : text;
  const sealHint = (why: Rejection, id: string): Rejection => ({ ...why, hint: sealShort(why.hint, `${id} hint`) });
  /** What cannot be opened is shown without its content: one lost key must not hide a whole list. */
  const orElse = <Value>(open: () => Value, otherwise: Value): Value => {
    try {
      return open();
    } catch {
      return otherwise;
    }
  };
  const openShownEvent = (event: InboxEvent): InboxEvent =>
    orElse(() => openEvent(event), { unreadable: undecryptable, ...withoutContent(event) });
  const openShown = (delivery: InboxDelivery): InboxDelivery => {
    const { events, id, rejection } = delivery;
    return {
      ...delivery,
      events: events.map(openShownEvent),
      rejection: rejection && {
        ...rejection,
        hint: orElse(() => openShort(rejection.hint, `${id} hint`), undecryptable),
      },
    };
  };

  const run = async (
    worker: InboxWorker,
    event: InboxEvent,
    delivery: StoredDelivery,
    context: HandlerContext,
  ): Promise<JobResult> => {
    let opened: readonly [InboxEvent, StoredDelivery];
    try {
      opened = [openEvent(event), openDelivery(delivery)];
    } catch (error) {
      return failUndecryptable(worker, event, delivery, error, context.attempt);
    }
    return worker.run(...opened, context);
  };

  return {
    ...inbox,
    attach: (reader) =>
      inbox.attach?.({
        async read(delivery) {
          const read = await reader.read(openDelivery(delivery));
          // why: events are encrypted where their delivery is: by that a process without keys tells that it cannot read them.
          return read !== undefined && isSealed(delivery) ? sealPlan(read) : read;
        },
      }),
    accept: (acceptance) => store(acceptance, inbox.accept),
    async release(acceptance) {
      const kept = await inbox.load(acceptance.delivery.id);
      // why: as above. It stays as it was kept, before encryption was turned on too.
      const staysPlain = kept !== undefined && !isSealed(kept);
      return staysPlain ? inbox.release(acceptance) : store(acceptance, inbox.release);
    },
    keep: (delivery, outcome, why) => inbox.keep(sealDelivery(delivery), outcome, sealHint(why, delivery.id)),
    start: (worker) =>
      inbox.start({
        ...worker,
        abandoned(event, delivery, attempts, unreadable) {
          const opened = orElse(() => ({ event: openEvent(event), delivery: openDelivery(delivery) }), {
            event: withoutContent(event),
            delivery: { ...delivery, headers: [] },
          });
          worker.abandoned?.(opened.event, opened.delivery, attempts, unreadable);
        },
        async run(event, delivery, context) {
          const result = await run(worker, event, delivery, context);
          if (result.kind !== 'failed') return result;
          return { ...result, error: sealShort(result.error, `${event.id} error ${context.attempt}`) };
        },
      }),
    async attempts(eventId) {
      return (await inbox.attempts(eventId)).map((attempt) => {
        const { error, number } = attempt;
        if (error === undefined) return attempt;
        const opened = orElse(() => openShort(error, `${eventId} error ${number}`), 'It cannot be decrypted.');
        return { ...attempt, error: opened };
      });
    },
    async list(filter, page) {
      const { cursor, deliveries } = await inbox.list(filter, page);
      return { cursor, deliveries: deliveries.map(openShown) };
    },
    async events(filter, page) {
      const { cursor, events } = await inbox.events(filter, page);
      return { cursor, events: events.map(openShownEvent) };
    },
    async get(deliveryId) {
      const delivery = await inbox.get(deliveryId);
      return delivery === undefined ? undefined : openShown(delivery);
    },
    async load(deliveryId) {
      const delivery = await inbox.load(deliveryId);
      return delivery === undefined ? undefined : openWhole(delivery);
    },
  };
};

const undecryptable = 'It cannot be decrypted with the configured keys.';

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
