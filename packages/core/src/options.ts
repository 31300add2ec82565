import { didYouMean } from './diagnosis/nearly.ts';
import { ConfigurationError } from './errors.ts';

/**
 * Refuses options that do not exist, so that a misspelt one is not silently ignored.
 *
 * @throws {ConfigurationError} `option-unknown`, naming the option and those that exist; `option-invalid` where it is no object.
 */
export const checkOptions = (owner: string, options: unknown, known: readonly string[]): void => {
  if (typeof options !== 'object' || options === null) {
    throw new ConfigurationError('option-invalid', `${owner}: expected an object of options.`);
  }
  for (const name of Object.keys(options)) {
    if (!known.includes(name)) {
      throw new ConfigurationError(
        'option-unknown',
        `${owner}: there is no option "${name}".${didYouMean(name, known)} Options are: ${known.join(', ')}.`,
      );
    }
  }
};

/** A whole, positive number, or the default. @throws {ConfigurationError} `option-invalid` */
export const positiveInteger = (owner: string, option: string, value: unknown, fallback: number): number => {
  if (value === undefined) return fallback;
  if (isWhole(value) && value > 0) return value;
  throw new ConfigurationError('option-invalid', `${owner}: option "${option}" must be a whole number above 0.`);
};

/** A whole number, 0 too, or the default. @throws {ConfigurationError} `option-invalid` */
export const wholeNumber = (owner: string, option: string, value: unknown, fallback: number): number => {
  if (value === undefined) return fallback;
  if (isWhole(value) && value >= 0) return value;
  throw new ConfigurationError('option-invalid', `${owner}: option "${option}" must be a whole number, 0 or more.`);
};

const isWhole = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value);

/** @throws {ConfigurationError} `option-invalid` where an option is given and of another kind. */
export const checkKind = (owner: string, option: string, value: unknown, kind: 'function' | 'object'): void => {
  if (value === undefined || (typeof value === kind && value !== null)) return;
  throw new ConfigurationError(
    'option-invalid',
    `${owner}: option "${option}" must be a${kind === 'object' ? 'n' : ''} ${kind}.`,
  );
};
