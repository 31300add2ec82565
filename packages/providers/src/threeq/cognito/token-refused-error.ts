import type { Rejection } from '@mediahooks/core';

/** A token that is not taken, and why. */
export class TokenRefusedError extends Error {
  readonly rejection: Rejection;

  constructor(refused: Rejection) {
    super(refused.hint);
    this.name = 'TokenRefusedError';
    this.rejection = refused;
  }
}
