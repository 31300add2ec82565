export type MaybePromise<T> = T | Promise<T>;

/** Not `instanceof Promise`: another realm's, zone.js's and other libraries' promises are none. */
export const isThenable = <T>(value: MaybePromise<T>): value is Promise<T> =>
  typeof value === 'object' && value !== null && 'then' in value;

export type HmacAlgorithm = 'SHA-256' | 'SHA-384' | 'SHA-512';
