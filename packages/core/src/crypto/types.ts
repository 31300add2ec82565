export type MaybePromise<T> = T | Promise<T>;

export type HmacAlgorithm = 'SHA-256' | 'SHA-384' | 'SHA-512';
