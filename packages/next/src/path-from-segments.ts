/**
 * The path that follows the mount, from a route's parameters, percent-encoded again: Next.js has decoded them once. A route without
 * parameters is a folder of the source's own name, the last of the path.
 */
export const pathFromSegments = (
  segments: readonly (readonly string[] | string | undefined)[],
  pathname: string,
): string => {
  const given = segments.flat().filter((segment) => segment !== undefined);
  if (given.length > 0) return `/${given.map(encodeURIComponent).join('/')}`;
  return pathname.slice(pathname.replace(/\/+$/, '').lastIndexOf('/'));
};
