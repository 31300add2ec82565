import { ConfigurationError } from '@mediahooks/core';

/** What a factory throws: its code and message. Fails where it throws nothing. */
export const thrownBy = (construct: () => unknown): { readonly code: string; readonly message: string } => {
  try {
    construct();
  } catch (error) {
    if (error instanceof ConfigurationError) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error('Nothing was thrown.');
};

/** Secrets that are none, and the code each is refused with. */
export const uselessSecrets: readonly (readonly [what: string, secret: unknown, code: string])[] = [
  ['missing', undefined, 'secret-missing'],
  ['null', null, 'secret-missing'],
  ['an empty list', [], 'secret-missing'],
  ['empty', '', 'secret-empty'],
  ['blank', ' \t\n', 'secret-empty'],
  ['blank in a list', ['good', ' '], 'secret-empty'],
  ['a number', 7, 'option-invalid'],
];

/** Calls a factory with options that its type does not allow, as JavaScript can. */
export const untyped = (factory: (options: never) => unknown, options: unknown): unknown =>
  Reflect.apply(factory, undefined, [options]);
