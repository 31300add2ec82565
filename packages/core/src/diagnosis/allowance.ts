/** What one diagnosis may cost, counted in bytes that are hashed or read. */
export interface Allowance {
  /** Takes so many bytes of work from what is left; `false` where that is more than is left, and then it must not be done. */
  take(bytes: number): boolean;
  /** What was taken so far. */
  readonly spent: number;
}

/** In passing: so many bytes are hashed in somewhat less than 2 ms; and so many attempts are made, however small the body. */
const inPassing = { bytes: 2_000_000, attempts: 100 };

/** Where somebody asks: a body of a few megabytes in most forms, within a fraction of a second. */
const asked = { bytes: 300_000_000, attempts: 1_000 };

/** What hashing costs besides its bytes, with the key that is made for it, as bytes. */
const bytesPerAttempt = 10_000;

export const createAllowance = (isAsked: boolean): Allowance => {
  const { bytes, attempts } = isAsked ? asked : inPassing;
  let spent = 0;
  let attemptsLeft = attempts;
  return {
    get spent() {
      return spent;
    },
    take(wanted) {
      const cost = wanted + bytesPerAttempt;
      if (spent + cost > bytes || attemptsLeft === 0) return false;
      spent += cost;
      attemptsLeft -= 1;
      return true;
    },
  };
};
