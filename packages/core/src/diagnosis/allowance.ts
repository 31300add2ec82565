/** What one diagnosis may cost, counted in bytes that are hashed or read. */
export interface Allowance {
  /** Takes so many bytes of work from what is left; `false` where that is more than is left, and then it must not be done. */
  take(bytes: number): boolean;
}

/** About 2 ms on a small server. */
export const diagnosisBytes = 2_400_000;

/** So many attempts at most, however small the body: each has a cost of its own, too. */
export const maxAttempts = 64;

/** What hashing costs besides its bytes, as bytes. */
const bytesPerAttempt = 4_096;

export const createAllowance = (bytes = diagnosisBytes, attempts = maxAttempts): Allowance => {
  let bytesLeft = bytes;
  let attemptsLeft = attempts;
  return {
    take(wanted) {
      const cost = wanted + bytesPerAttempt;
      if (cost > bytesLeft || attemptsLeft === 0) return false;
      bytesLeft -= cost;
      attemptsLeft -= 1;
      return true;
    },
  };
};
