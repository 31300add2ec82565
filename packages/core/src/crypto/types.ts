export type MaybePromise<T> = T | Promise<T>;

/** Not `instanceof Promise`: another realm's, zone.js's and other libraries' promises are none. */
export const isThenable = <T>(value: MaybePromise<T>): value is Promise<T> =>
  ((typeof value === 'object' && value !== null) || typeof value === 'function') && 'then' in value;

/** Goes on at once where the value is there, and later where it is promised: a promise per step would cost more than most steps do. */
export const whenReady = <T, Result>(
  value: MaybePromise<T>,
  next: (value: T) => MaybePromise<Result>,
): MaybePromise<Result> => (isThenable(value) ? value.then(next) : next(value));

export type HmacAlgorithm = 'SHA-256' | 'SHA-384' | 'SHA-512';
