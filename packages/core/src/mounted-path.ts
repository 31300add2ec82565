import { ConfigurationError } from './errors.ts';

/** @throws {ConfigurationError} `option-invalid` for a `path` that no request's path could ever begin with. */
export const checkMount = (owner: string, path: unknown): void => {
  if (path === undefined || (typeof path === 'string' && path.startsWith('/'))) return;
  throw new ConfigurationError('option-invalid', `${owner}: option "path" must begin with "/".`);
};

/**
 * What follows the mount in a path: `/ignite` for `/webhooks/ignite` under `/webhooks`. `undefined` for a path outside the mount.
 * Percent-encoding and case of what follows stay as they are.
 *
 * The mount is recognised in every form that some router takes for the same: in any case, behind several slashes or backslashes, needlessly
 * percent-encoded. What is not ours goes to the next middleware unverified, and a route there must not be reached in another spelling.
 */
export const mountedPath = (pathname: string, mount: string): string | undefined => {
  // why: what nearly every path is, in the one spelling that needs no comparing.
  const rest = pathname.startsWith(mount) ? pathname.slice(mount === '/' ? 0 : mount.length) : '';
  if (/^\/[^/\\]+$/.test(rest)) return rest;
  const wanted = segmentsOf(mount);
  const given = segmentsOf(pathname);
  if (wanted.some((segment, index) => comparable(segment) !== comparable(given[index] ?? ''))) return undefined;
  return `/${given.slice(wanted.length).join('/')}`;
};

const segmentsOf = (path: string): string[] => path.split(/[/\\]/).filter((segment) => segment !== '');

const comparable = (segment: string): string => {
  try {
    return decodeURIComponent(segment).toLowerCase();
  } catch {
    return segment.toLowerCase();
  }
};
