/**
 * The path that follows the mount, from a route's parameters: `/hooks/:source`, or `/hooks/:source/:token`. Percent-encoded again, as
 * routers decode them. `undefined` for a route without `:source`.
 */
export const pathFromParams = (params: Readonly<Record<string, unknown>> | undefined): string | undefined => {
  const { source, token } = params ?? {};
  if (typeof source !== 'string') return undefined;
  const path = `/${encodeURIComponent(source)}`;
  return typeof token === 'string' ? `${path}/${encodeURIComponent(token)}` : path;
};
