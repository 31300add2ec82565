import type { StandardSchemaV1 } from '@standard-schema/spec';
import { isThenable, type MaybePromise } from './crypto/types.ts';
import type { Delivery } from './delivery.ts';
import { ConfigurationError } from './errors.ts';
import { checkGuards } from './guards/check-guards.ts';
import type { Guard } from './guards/guard.ts';
import { checkOptions } from './options.ts';

/** Event type → payload. */
export type EventTypes = Readonly<Record<string, unknown>>;

/** What `events` makes of a payload: one thing that happened. */
export interface EventDraft<Type extends string = string, Payload = unknown, State = unknown> {
  /** A type that is not among the provider's arrives at handlers as `unknown`. */
  readonly type: Type;
  /** What the platform calls it. Default: the type. */
  readonly name?: string;
  readonly payload: Payload;
  readonly subject?: string;
  /** Orders the events of a subject. An older one than the newest handled is stale. */
  readonly version?: number | string;
  /** What was known of the subject before. */
  readonly previous?: State;
}

/** For platforms that send states rather than events: what happened is the difference to the subject's last known state. */
export interface SubjectChange<Draft extends EventDraft = EventDraft> {
  readonly subject: string;
  /** What to remember of the subject, as JSON. */
  readonly state: unknown;
  /** The events, given what was remembered; `undefined` where nothing is known. */
  readonly events: (previous: unknown) => readonly Draft[];
}

/** A draft of one of the given types with its own payload, or one the provider has no type for. */
export type TypedDraft<Types extends EventTypes, State = never> =
  | { [Type in keyof Types & string]: EventDraft<Type, Types[Type], State> }[keyof Types & string]
  | (EventDraft<'unknown', unknown, State> & { readonly name: string });

/** What every provider's factory takes besides its own options. */
export interface SourceOptions {
  /**
   * Recognise deliveries that come again, for `window` milliseconds: by the platform's delivery id where it has one, else by equal
   * bodies. Default: 24 hours where the platform has an id, else off, because there equal bodies can be two events. Never shorter than
   * a signature's timestamp is accepted.
   */
  readonly dedupe?: { readonly window: number } | false;
  /** What becomes of an event older than the newest handled of its subject: kept from handlers (default), or handed over all the same. */
  readonly stale?: 'deliver' | 'skip';
  /**
   * Lets a source be made that has no guard: then whatever comes is accepted. Takes no guard away that there is. Only for tests and for
   * platforms behind another check of yours.
   */
  readonly unsafeWithoutVerification?: boolean;
}

/** Names of {@link SourceOptions}, for a factory's check of its options. */
export const sourceOptionNames = ['dedupe', 'stale', 'unsafeWithoutVerification'] as const;

export interface ProviderDefinition<Payload, Draft extends EventDraft, Type extends string> {
  /** The platform's name, for errors and logs. */
  readonly name: string;
  /** Every one of them must pass. At least one, unless `options.unsafeWithoutVerification`. */
  readonly guards: readonly Guard[];
  /** Any Standard Schema (zod, valibot, …). Keep it open: require what handlers need to trust, keep unknown fields. */
  readonly schema: StandardSchemaV1<unknown, Payload>;
  /** All event types there are. */
  readonly types: readonly Type[];
  /** The platform publishes no complete list: any name may be registered, and names beyond `types` keep their own. */
  readonly open?: boolean;
  /** What a delivery says happened. */
  readonly events: (payload: Payload, delivery: Delivery) => readonly (Draft | SubjectChange<Draft>)[];
  /** The platform's own id of a delivery, by which it is recognised when it comes again. */
  readonly deliveryId?: (delivery: Delivery) => string | undefined;
  /**
   * Headers that `events` and `deliveryId` read. Each may arrive once only; a comma in one is taken for a second arrival, because
   * fetch and proxies join them so.
   */
  readonly headers?: readonly string[];
  /** Names of fields, at any depth of the payload, that no log, error or page may show. */
  readonly redact?: readonly string[];
  readonly options?: SourceOptions;
}

declare const eventTypes: unique symbol;
declare const openPayload: unique symbol;
declare const subjectState: unique symbol;

/** A platform: how to verify, validate and name what it sends. Made by {@link defineProvider}. */
export interface Provider<Types extends EventTypes = EventTypes, Open = unknown, State = unknown> {
  readonly name: string;
  readonly guards: readonly Guard[];
  readonly types: ReadonlySet<string>;
  readonly open: boolean;
  readonly headers: readonly string[];
  readonly redact: readonly string[];
  readonly options: SourceOptions;
  /** Validates and takes apart: drafts, or what is wrong with the payload. */
  readonly read: (payload: unknown, delivery: Delivery) => MaybePromise<ReadPayload>;
  /** Whether the platform has a delivery id at all. */
  readonly identifiesDeliveries: boolean;
  readonly deliveryId: (delivery: Delivery) => string | undefined;
  // why: carried for inference only, never there at run time.
  readonly [eventTypes]?: Types;
  readonly [openPayload]?: Open;
  readonly [subjectState]?: State;
}

export type ReadPayload =
  | { readonly drafts: readonly (EventDraft | SubjectChange)[]; readonly invalid?: undefined }
  /** Where and what, one line each; never the values. */
  | { readonly invalid: readonly string[] };

export type ProviderTypes<P extends Provider> = NonNullable<P[typeof eventTypes]>;
export type OpenPayload<P extends Provider> = NonNullable<P[typeof openPayload]>;
export type ProviderState<P extends Provider> = NonNullable<P[typeof subjectState]>;

/**
 * Describes a platform. The event types are inferred from `types`, the payload from `schema`; a provider whose types have
 * different payloads names them: `defineProvider<Types, Payload, Open, State>(…)`, `Open` being the payload of names beyond
 * `types` (`never` where there are none).
 *
 * @throws {ConfigurationError} `guard-missing` without any guard, `option-unknown`, `option-invalid`.
 */
export function defineProvider<Payload, const Type extends string>(
  definition: ProviderDefinition<Payload, EventDraft<string, Payload>, Type>,
): Provider<{ readonly [Name in Type]: Payload }, never, never>;
export function defineProvider<Types extends EventTypes, Payload, Open, State = never>(
  definition: ProviderDefinition<Payload, TypedDraft<Types, State> | OpenDraft<Open>, keyof Types & string>,
): Provider<Types, Open, State>;
export function defineProvider<Payload>(definition: ProviderDefinition<Payload, EventDraft, string>): Provider {
  const { name, guards, schema, events } = definition;
  checkOptions('defineProvider', definition, [
    'name',
    'guards',
    'schema',
    'types',
    'open',
    'events',
    'deliveryId',
    'headers',
    'redact',
    'options',
  ]);
  if (typeof name !== 'string' || name === '') {
    throw new ConfigurationError('option-invalid', 'defineProvider: option "name" is missing.');
  }
  const check = (option: string, sound: boolean, expected: string): void => {
    if (!sound) throw new ConfigurationError('option-invalid', `${name}: option "${option}" must be ${expected}.`);
  };
  checkGuards(name, guards);
  check('schema', typeof schema?.['~standard']?.validate === 'function', 'a Standard Schema, like one of zod');
  check(
    'types',
    Array.isArray(definition.types) && definition.types.every(isTypeName),
    'a list of names, none empty or "*"',
  );
  check('events', typeof events === 'function', 'a function');
  const options = checkSourceOptions(name, definition.options ?? {});
  if (guards.length === 0 && options.unsafeWithoutVerification !== true) {
    throw new ConfigurationError(
      'guard-missing',
      `${name}: nothing proves that a delivery is genuine. Configure a guard, or say unsafeWithoutVerification: true.`,
    );
  }
  const toDrafts = (result: StandardSchemaV1.Result<Payload>, delivery: Delivery): ReadPayload =>
    result.issues === undefined
      ? { drafts: events(result.value, delivery) }
      : { invalid: result.issues.map(describeIssue) };
  return {
    name,
    guards,
    options,
    types: new Set<string>(definition.types),
    open: definition.open ?? false,
    headers: definition.headers ?? [],
    redact: definition.redact ?? [],
    identifiesDeliveries: definition.deliveryId !== undefined,
    deliveryId: definition.deliveryId ?? (() => undefined),
    read(payload, delivery) {
      const result = schema['~standard'].validate(payload);
      return isThenable(result)
        ? Promise.resolve(result).then((settled) => toDrafts(settled, delivery))
        : toDrafts(result, delivery);
    },
  };
}

const isTypeName = (type: unknown): boolean => typeof type === 'string' && type !== '' && type !== '*';

type OpenDraft<Open> = [Open] extends [never] ? never : EventDraft<string, Open>;

const checkSourceOptions = (name: string, options: SourceOptions): SourceOptions => {
  checkOptions(name, options, sourceOptionNames);
  const { dedupe, stale } = options;
  if (dedupe !== undefined && dedupe !== false) {
    checkOptions(`${name}: dedupe`, dedupe, ['window']);
    if (!Number.isFinite(dedupe.window) || dedupe.window <= 0) {
      throw new ConfigurationError(
        'option-invalid',
        `${name}: option "dedupe.window" must be above 0, in milliseconds.`,
      );
    }
  }
  if (stale !== undefined && stale !== 'deliver' && stale !== 'skip') {
    throw new ConfigurationError('option-invalid', `${name}: option "stale" must be "skip" or "deliver".`);
  }
  return options;
};

const describeIssue = (issue: StandardSchemaV1.Issue): string => {
  const path = (issue.path ?? []).map((step) => String(typeof step === 'object' ? step.key : step)).join('.');
  return `${path === '' ? 'payload' : path}: ${issue.message}`;
};
