/**
 * What follows the mount in a path: `/ignite` for `/webhooks/ignite` under `/webhooks`. `undefined` for a path outside the mount.
 * Percent-encoding stays as it is.
 */
export const mountedPath = (pathname: string, mount: string): string | undefined => {
  const prefix = mount.replace(/\/+$/, '');
  if (pathname === prefix) return '/';
  return pathname.startsWith(`${prefix}/`) ? pathname.slice(prefix.length) : undefined;
};
