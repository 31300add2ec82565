import type { MaybePromise } from '../crypto/types.ts';
import type { Delivery } from '../delivery.ts';
import type { Clues } from '../diagnosis/clues.ts';
import type { Finding } from '../diagnosis/finding.ts';
import type { SecretProbe } from '../diagnosis/secret-probe.ts';
import type { Rejection } from '../rejection.ts';

/**
 * What a guard says: `refused`, or passed, then perhaps with a fingerprint of what was signed, to recognise it again. Where the same can
 * be signed in several ways, with the fingerprint of each: it is recognised by any of them. None is empty.
 */
export type Verdict =
  | { readonly refused: Rejection }
  | { readonly refused?: undefined; readonly fingerprint?: string | readonly string[] };

export const passed: Verdict = {};

/** Where a timestamp stands that is signed too. */
export interface TimestampPlace {
  readonly header: string;
  /** Of a header like `t=…,v1=…`: the field. Default: the header holds nothing else. */
  readonly field?: string;
}

/** Where a guard finds its credential. Those places are redacted wherever a delivery is shown. */
export interface CredentialPlaces {
  /** Each of these headers may arrive once only. */
  readonly headers?: readonly string[];
  /** Where among them a timestamp is. The time is no secret: whatever else it is part of is shown. */
  readonly timestamp?: TimestampPlace;
  readonly query?: readonly string[];
  /** The path segment behind the source's name. */
  readonly path?: boolean;
}

interface GuardBase {
  /** For logs and hints: `hmac`, `ip-allowlist`, … */
  readonly name: string;
  readonly places: CredentialPlaces;
  /** Headers it reads besides, which are no secret: each may arrive once only. */
  readonly headers?: readonly string[];
  /** Replaces this guard's secrets, wherever they occur in a text. */
  readonly scrub?: (text: string) => string;
  /** Answers a diagnosis whether this guard's secrets are behind something, without giving them away. */
  readonly secrets?: SecretProbe;
}

/** Judges the sender's address, before a byte of the body is read. */
export interface AddressGuard extends GuardBase {
  readonly stage: 'address';
  check(address: string): Verdict;
}

/** Judges headers, query and raw bytes, before anything is parsed. */
export interface CredentialGuard extends GuardBase {
  readonly stage: 'credential';
  /** So many milliseconds a captured delivery may go on passing: it is recognised that long, where duplicates are recognised at all. */
  readonly replayableMs?: number;
  check(delivery: Delivery): MaybePromise<Verdict>;
  /**
   * Why it has refused a delivery, found by trying what is usually wrong. Called only after it did, for some of the refusals of a flood,
   * and for the operator's hint alone: whatever it says or throws, the delivery stays refused. Compare secrets in constant time here too.
   */
  diagnose?(delivery: Delivery, clues: Clues): MaybePromise<Finding | undefined>;
}

/** Judges the parsed, not yet validated payload; for platforms that put their proof in the body. */
export interface PayloadGuard extends GuardBase {
  readonly stage: 'payload';
  check(payload: unknown, delivery: Delivery): Verdict;
  /** As {@link CredentialGuard.diagnose}. */
  diagnose?(payload: unknown, delivery: Delivery, clues: Clues): MaybePromise<Finding | undefined>;
}

/** One check that a delivery really comes from its source. */
export type Guard = AddressGuard | CredentialGuard | PayloadGuard;
