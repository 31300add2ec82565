import type { HmacAlgorithm } from '../../crypto/types.ts';
import type { Delivery } from '../../delivery.ts';
import type { SignatureForm } from '../../guards/signature-header.ts';

/** How an hmac guard is configured, for its diagnosis. Stays within the guard: it holds the secrets. */
export interface HmacScheme {
  readonly secrets: readonly string[];
  readonly keyBytes: (secret: string) => Uint8Array;
  /** Whether `secretBytes` makes the key of the secret. */
  readonly decodesSecrets: boolean;
  readonly algorithm: HmacAlgorithm;
  readonly encoding: 'base64' | 'hex';
  readonly header: string;
  readonly form: SignatureForm;
  readonly timestampHeader: string | undefined;
  /** 1 or 1000; `undefined` where there is no timestamp. */
  readonly timestampUnitMs: number | undefined;
  /** Headers that are signed with the body. */
  readonly signedHeaders: readonly string[];
  /** What stands before the body in what is signed. */
  readonly signedPrefix: (timestamp: string, delivery: Delivery) => string;
}
