import type { DeliveryHeaders } from './headers.ts';
import type { OpenPayload, Provider, ProviderState, ProviderTypes } from './provider.ts';

/** What a handler is told of the delivery an event came in. Credentials are left out of headers and query. */
export interface EventDelivery {
  /** Ours, unique: as `createId` of the receiver gives it, by default a UUID. */
  readonly id: string;
  readonly source: string;
  /** The platform's own id of the delivery, where it has one. Not signed by any of the five platforms. */
  readonly providerId?: string;
  readonly receivedAt: Date;
  readonly address?: string;
  readonly headers: DeliveryHeaders;
  readonly query: URLSearchParams;
  /** The bytes as they came; use them where a number is beyond what JSON.parse keeps exact. */
  readonly body: Uint8Array;
}

/** One thing that happened. */
export interface WebhookEvent<
  Source extends string = string,
  Type extends string = string,
  Payload = unknown,
  State = unknown,
> {
  /** Unique: the delivery's id and the event's place in it. */
  readonly id: string;
  readonly source: Source;
  readonly type: Type;
  /** What the platform itself calls it; worth a look where `type` is `unknown`. */
  readonly name: string;
  readonly payload: Payload;
  /** What the event is about, like `video:12345`. Events of one subject are handled in order. */
  readonly subject?: string;
  /** Orders the events of a subject; comparable with `<` as text or as a number. */
  readonly version?: number | string;
  /** What was known of the subject before, where the provider keeps that; absent where nothing was known. */
  readonly previous?: State;
  readonly delivery: EventDelivery;
}

export type Sources = Readonly<Record<string, Provider>>;

type NamesOf<P extends Provider> = keyof ProviderTypes<P> & string;

/** Of an event without a type: as it came. A provider with open names has validated it all the same. */
type UnknownPayload<P extends Provider> = [OpenPayload<P>] extends [never] ? unknown : OpenPayload<P>;

/** All events of one source. */
export type SourceEvent<Source extends string, P extends Provider> =
  | { [Type in NamesOf<P>]: WebhookEvent<Source, Type, ProviderTypes<P>[Type], ProviderState<P>> }[NamesOf<P>]
  | ([OpenPayload<P>] extends [never] ? never : WebhookEvent<Source, string & {}, OpenPayload<P>, ProviderState<P>>)
  | WebhookEvent<Source, 'unknown', UnknownPayload<P>, ProviderState<P>>;

/** All events that can arrive. */
export type AnyEvent<S extends Sources> = { [Source in keyof S & string]: SourceEvent<Source, S[Source]> }[keyof S &
  string];

/** Names a handler can be registered for: `<source>.<type>`, `<source>.unknown`, `<source>.*` and `*`. */
export type HandlerName<S extends Sources> =
  | '*'
  | {
      [Source in keyof S & string]:
        | `${Source}.${NamesOf<S[Source]> | 'unknown' | '*'}`
        | ([OpenPayload<S[Source]>] extends [never] ? never : `${Source}.${string}` & {});
    }[keyof S & string];

/** The event that a handler registered under a name is given. */
export type EventFor<S extends Sources, Name extends string> = Name extends '*'
  ? AnyEvent<S>
  : Name extends `${infer Source extends keyof S & string}.${infer Type}`
    ? Type extends '*'
      ? SourceEvent<Source, S[Source]>
      : Type extends NamesOf<S[Source]>
        ? WebhookEvent<Source, Type, ProviderTypes<S[Source]>[Type], ProviderState<S[Source]>>
        : Type extends 'unknown'
          ? WebhookEvent<Source, 'unknown', UnknownPayload<S[Source]>, ProviderState<S[Source]>>
          : WebhookEvent<Source, Type, OpenPayload<S[Source]>, ProviderState<S[Source]>>
    : never;
