import type { Provider } from '@mediahooks/core';
import type { TestDelivery } from '../deliver/test-delivery.ts';
import type { JsonValue } from '../json.ts';

/** A body that the platform sends, and the event it means where the examples are delivered in order. */
export interface ContractExample {
  readonly name: string;
  readonly type: string;
  readonly body: JsonValue;
}

export interface ProofOptions<Proof> {
  readonly proof: Proof;
  /** When it is sent: milliseconds since the epoch. */
  readonly now: number;
  /** The bytes to prove and send; the payload as JSON where it is absent. */
  readonly body?: string;
}

/** A provider under test, and how its platform proves deliveries. `Proof` is a secret, a token, a key: what the sender proves with. */
export interface ProviderContractSubject<Proof, Example extends ContractExample = ContractExample> {
  /** The provider, accepting each of these proofs: several while they are rotated. */
  readonly create: (proofs: readonly [Proof, ...Proof[]]) => Provider;
  readonly proofs: {
    readonly current: Proof;
    /** The other one of a rotation. */
    readonly next: Proof;
    /** One that the provider is never given. */
    readonly wrong: Proof;
  };
  /** A genuine delivery of an example, as the platform sends it. */
  readonly deliver: (example: Example, options: ProofOptions<Proof>) => TestDelivery;
  /** At least one; in the order they are delivered in. */
  readonly examples: readonly Example[];
  /** JSON that passes the guards and is no payload of the platform's. Default `{}`. */
  readonly invalidPayload?: JsonValue;
  /** How many milliseconds a timestamp may differ from now, either way, as the provider is made by `create`. */
  readonly toleranceMs?: number;
  /** For providers that are proven by the sender's address. */
  readonly addresses?: { readonly allowed: readonly string[]; readonly refused: readonly string[] };
}

/** What a promise judges: a subject whose proofs are nobody's business. */
export interface ContractProvider {
  readonly proofs: { readonly current: unknown; readonly next: unknown; readonly wrong: unknown };
  /** The body of the first example. */
  readonly body: JsonValue;
  readonly invalidPayload: JsonValue;
  readonly toleranceMs: number | undefined;
  readonly addresses: { readonly allowed: readonly string[]; readonly refused: readonly string[] } | undefined;
  create(...proofs: readonly ProofName[]): Provider;
  /** Of the first example. */
  deliver(proof: ProofName, options?: { readonly now?: number; readonly body?: string }): TestDelivery;
  /** One of each example, each a millisecond after the one before. */
  deliverAll(): readonly { readonly example: ContractExample; readonly now: number; readonly delivery: TestDelivery }[];
}

export type ProofName = 'current' | 'next' | 'wrong';

/** 15 January 2024, 11:00 UTC. */
export const contractNow = 1_705_316_400_000;

/** @throws {RangeError} where there are no examples. */
export const contractProvider = <Proof, Example extends ContractExample>(
  subject: ProviderContractSubject<Proof, Example>,
): ContractProvider => {
  const { examples, proofs } = subject;
  const [firstExample] = examples;
  if (firstExample === undefined) throw new RangeError('The contract needs at least one example.');
  return {
    proofs,
    body: firstExample.body,
    invalidPayload: subject.invalidPayload ?? {},
    toleranceMs: subject.toleranceMs,
    addresses: subject.addresses,
    create: (first = 'current', ...others) => subject.create([proofs[first], ...others.map((name) => proofs[name])]),
    deliver: (proof, { body, now = contractNow } = {}) =>
      subject.deliver(firstExample, { proof: proofs[proof], now, ...(body !== undefined && { body }) }),
    deliverAll: () =>
      examples.map((example, index) => {
        const now = contractNow + index;
        return { example, now, delivery: subject.deliver(example, { proof: proofs.current, now }) };
      }),
  };
};
