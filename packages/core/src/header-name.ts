import { ConfigurationError } from './errors.ts';

/**
 * Checks the name of a header at construction and gives it in lower case.
 *
 * @throws {ConfigurationError} `option-invalid` for what is no name (RFC 9110, section 5.6.2).
 */
export const headerName = (owner: string, option: string, name: unknown): string => {
  if (typeof name === 'string' && /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) return name.toLowerCase();
  throw new ConfigurationError('option-invalid', `${owner}: option "${option}" must be the name of a header.`);
};
