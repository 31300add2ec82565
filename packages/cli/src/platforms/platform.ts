import {
  type Deliverable,
  type DeliveryOptions,
  deliver,
  deliverableTypes,
  type JsonValue,
  type ProviderName,
  type TestDelivery,
} from '@mediahooks/testing';
import { CommandError } from '../command-error.ts';
import type { NeededSecrets } from '../settings/needed-secrets.ts';

/** Makes the n-th delivery of a run, counted from 1. */
export type Build = (type: string, n: number, options: DeliveryOptions) => TestDelivery;

/** A platform as the command knows it. */
export interface Platform {
  /** Its usual name as a source, and the path segment: `3q`. */
  readonly source: string;
  readonly provider: ProviderName;
  readonly types: readonly string[];
  /** Whether other types than these can be sent too. */
  readonly isOpen: boolean;
  /** Whether its proof covers the body. */
  readonly signsBody: boolean;
  /** The variable a single secret goes to. */
  readonly secretVariable: string | undefined;
  /** Where in a body the payload is that handlers get; several for an array of events. */
  readonly payloadPaths: (body: JsonValue) => readonly (readonly string[])[];
  /** @throws {CommandError} `usage` for a type that cannot be sent. */
  checkType(type: string): void;
  /** Gets what proves its deliveries, asking where that is needed. */
  prepare(secrets: NeededSecrets): Promise<Build>;
}

export interface PlatformDefinition<Name extends ProviderName> {
  readonly provider: Name;
  readonly source: string;
  readonly isOpen?: boolean;
  readonly signsBody?: boolean;
  readonly secretVariable?: string;
  readonly payloadPaths?: Platform['payloadPaths'];
  /** What proves the n-th delivery. */
  prove(secrets: NeededSecrets): Promise<(n: number) => Deliverable[Name]['options']>;
  /** What tells the n-th of several deliveries from the others, where the platform's own would differ too. */
  readonly vary?: (example: JsonValue, n: number) => JsonValue;
}

export const createPlatform = <Name extends ProviderName>(definition: PlatformDefinition<Name>): Platform => {
  const { isOpen = false, payloadPaths = () => [[]], provider, signsBody = false, source, vary } = definition;
  const types: readonly Deliverable[Name]['type'][] = deliverableTypes[provider];
  return {
    source,
    provider,
    types,
    isOpen,
    signsBody,
    secretVariable: definition.secretVariable,
    payloadPaths,
    checkType(type) {
      if (!isDeliverable(provider, type, isOpen)) throw unknownType(source, type, types);
    },
    async prepare(secrets) {
      const prove = await definition.prove(secrets);
      return (type, n, options) => {
        if (!isDeliverable(provider, type, isOpen)) throw unknownType(source, type, types);
        const { body, payload } = options;
        const varied = (example: JsonValue): JsonValue => {
          const own = vary === undefined || n === 1 ? example : vary(example, n);
          return typeof payload === 'function' ? payload(own) : (payload ?? own);
        };
        return deliver(provider, type, { ...prove(n), ...options, ...(body === undefined && { payload: varied }) });
      };
    },
  };
};

const isDeliverable = <Name extends ProviderName>(
  provider: Name,
  type: string,
  isOpen: boolean,
): type is Deliverable[Name]['type'] => {
  const types: readonly string[] = deliverableTypes[provider];
  return isOpen || types.includes(type);
};

const unknownType = (source: string, type: string, types: readonly string[]): CommandError =>
  new CommandError('usage', `${source} has no type ${JSON.stringify(type)}. It has: ${types.join(', ')}, or all.`);
