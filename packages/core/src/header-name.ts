import { ConfigurationError } from './errors.ts';

/** Whether it can be the name of a header (RFC 9110, section 5.6.2). */
export const isHeaderName = (name: unknown): name is string =>
  typeof name === 'string' && /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name);

/**
 * Checks the name of a header at construction and gives it in lower case.
 *
 * @throws {ConfigurationError} `option-invalid`, as {@link isHeaderName} says.
 */
export const headerName = (owner: string, option: string, name: unknown): string => {
  if (isHeaderName(name)) return name.toLowerCase();
  throw new ConfigurationError('option-invalid', `${owner}: option "${option}" must be the name of a header.`);
};
