import { ConfigurationError } from './errors.ts';

/** One secret, or several while they are rotated: a delivery that matches any of them is genuine. */
export type Secret = string | readonly string[];

/** Where a secret was asked for, for the error that says it is missing. */
export interface SecretOrigin {
  /** Whose option it is: a provider or a guard. */
  readonly owner: string;
  readonly option: string;
  /** The environment variable that `webhookMiddleware()` without argument reads it from. */
  readonly variable?: string;
}

/**
 * Checks a secret at construction and gives it as a list.
 *
 * @throws {ConfigurationError} `secret-missing` for `undefined`, `null`, either as text, and an empty list; `secret-empty` for empty and
 * blank strings; `option-invalid` for anything that is not a string.
 */
export const readSecrets = (value: unknown, origin: SecretOrigin): readonly [string, ...string[]] => {
  const [first, ...others] = (Array.isArray(value) ? value : [value]).map((secret: unknown) => {
    if (secret === undefined || secret === null) throw missing(origin);
    if (typeof secret !== 'string') {
      throw new ConfigurationError('option-invalid', `${at(origin)} must be a string, not ${typeof secret}.`);
    }
    if (secret.trim() === '') {
      throw new ConfigurationError('secret-empty', `${at(origin)} is empty or blank.${remedy(origin)}`);
    }
    // why: what a template or a script makes of a variable that is not set, and the first that anyone would try.
    if (secret === 'undefined' || secret === 'null') throw missing(origin);
    return secret;
  });
  if (first === undefined) throw missing(origin);
  return [first, ...others];
};

const at = ({ owner, option }: SecretOrigin): string => `${owner}: option "${option}"`;

const remedy = ({ variable }: SecretOrigin): string =>
  variable === undefined
    ? ''
    : ` Set it from the environment, for instance ${variable}, and check that the variable is set.`;

const missing = (origin: SecretOrigin): ConfigurationError =>
  new ConfigurationError('secret-missing', `${at(origin)} is missing.${remedy(origin)}`);
