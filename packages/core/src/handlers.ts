import { isThenable, type MaybePromise } from './crypto/types.ts';
import { ConfigurationError } from './errors.ts';
import type { WebhookEvent } from './event.ts';
import { quote } from './rejection.ts';
import type { Source } from './source.ts';

export interface HandlerContext {
  /** Aborted when the receiver is stopped and no longer waits; with an inbox also when another process has taken the event, or its time is up. */
  readonly signal: AbortSignal;
  /** 1 for the first attempt. Always 1 without an inbox. */
  readonly attempt: number;
}

/** The user's function for an event type. What it returns is awaited; where it throws or rejects, the event has failed. */
export type Handler<Event> = (event: Event, context: HandlerContext) => unknown;

/** A handler as the registry keeps it, its event's type forgotten. */
export interface AnyHandler {
  // why: a method, because methods compare their parameters both ways: the registry hands each handler only events of the
  // name it was registered under, which the type of `on` has already checked.
  handle(event: WebhookEvent, context: HandlerContext): unknown;
}

export interface HandlerRegistry {
  readonly size: number;
  add(name: string, handler: AnyHandler): () => void;
  /** Exact names first, then `<source>.*`, then `*`; each in the order of registration. */
  for(source: string, type: string): readonly AnyHandler[];
}

export const createHandlerRegistry = (): HandlerRegistry => {
  /** Source → type or `*` → its handlers; under the source `*` those of all. No list is changed once it is here. */
  const bySource = new Map<string, Map<string, readonly AnyHandler[]>>();
  let size = 0;
  const listOf = (source: string, type: string): readonly AnyHandler[] => bySource.get(source)?.get(type) ?? none;
  return {
    get size() {
      return size;
    },
    add(name, handler) {
      const dot = name.indexOf('.');
      const [source, type] = dot === -1 ? [name, '*'] : [name.slice(0, dot), name.slice(dot + 1)];
      const types = bySource.get(source) ?? new Map<string, readonly AnyHandler[]>();
      bySource.set(source, types.set(type, [...listOf(source, type), handler]));
      size += 1;
      return () => {
        const before = listOf(source, type);
        const rest = before.filter((one) => one !== handler);
        if (rest.length === before.length) return;
        size -= 1;
        if (rest.length > 0) types.set(type, rest);
        else types.delete(type);
      };
    },
    for(source, type) {
      const exact = listOf(source, type);
      const ofSource = listOf(source, '*');
      const ofAll = listOf('*', '*');
      return ofSource.length === 0 && ofAll.length === 0 ? exact : [...exact, ...ofSource, ...ofAll];
    },
  };
};

const none: readonly AnyHandler[] = [];

export type HandlersResult =
  | { readonly kind: 'handled' | 'ignored' }
  | { readonly kind: 'failed'; readonly error: unknown };

/** Runs the handlers of an event one after another; all of them, even where one fails. Neither throws nor rejects. */
export const runHandlers = (
  handlers: readonly AnyHandler[],
  event: WebhookEvent,
  context: HandlerContext,
): MaybePromise<HandlersResult> => runFrom(0, handlers, event, context, []);

const runFrom = (
  first: number,
  handlers: readonly AnyHandler[],
  event: WebhookEvent,
  context: HandlerContext,
  errors: unknown[],
): MaybePromise<HandlersResult> => {
  for (let index = first; index < handlers.length; index += 1) {
    try {
      const work = handlers[index]?.handle(event, context);
      if (isThenable(work)) {
        return Promise.resolve(work)
          .catch((error: unknown) => errors.push(error))
          .then(() => runFrom(index + 1, handlers, event, context, errors));
      }
    } catch (error) {
      errors.push(error);
    }
  }
  return resultOf(handlers, errors);
};

const resultOf = (handlers: readonly AnyHandler[], errors: readonly unknown[]): HandlersResult => {
  if (errors.length === 0) return handlers.length === 0 ? ignored : handled;
  const [first, ...others] = errors;
  return {
    kind: 'failed',
    error: others.length === 0 ? first : new AggregateError(errors, `${errors.length} handlers failed.`),
  };
};

const handled: HandlersResult = { kind: 'handled' };
const ignored: HandlersResult = { kind: 'ignored' };

/** @throws {ConfigurationError} `event-unknown` for a name that cannot occur. */
export const checkHandlerName = (name: string, sources: ReadonlyMap<string, Source>): void => {
  if (name === '*') return;
  const dot = name.indexOf('.');
  const source = sources.get(name.slice(0, Math.max(dot, 0)));
  const type = name.slice(dot + 1);
  if (source === undefined) {
    throw new ConfigurationError(
      'event-unknown',
      `on(${quote(name)}): names are "*", or a source and a type, like "${[...sources.keys()][0]}.*". Sources are: ${[...sources.keys()].join(', ')}.`,
    );
  }
  const { open, types } = source.provider;
  if (type === '' || !(open || type === '*' || type === 'unknown' || types.has(type))) {
    throw new ConfigurationError(
      'event-unknown',
      `on(${quote(name)}): ${source.name} has no event "${type}". It has: ${[...types, 'unknown', '*'].join(', ')}.`,
    );
  }
};
