import { ConfigurationError } from './errors.ts';

/** @throws {ConfigurationError} `option-invalid` for a `path` that no request's path could ever begin with. */
export const checkMount = (owner: string, path: unknown): void => {
  if (path === undefined || (typeof path === 'string' && path.startsWith('/'))) return;
  throw new ConfigurationError('option-invalid', `${owner}: option "path" must begin with "/".`);
};

/**
 * What follows the mount in a path: `/ignite` for `/webhooks/ignite` under `/webhooks`. `undefined` for a path outside the mount.
 * Percent-encoding stays as it is.
 */
export const mountedPath = (pathname: string, mount: string): string | undefined => {
  const prefix = mount.replace(/\/+$/, '');
  if (pathname === prefix) return '/';
  return pathname.startsWith(`${prefix}/`) ? pathname.slice(prefix.length) : undefined;
};
