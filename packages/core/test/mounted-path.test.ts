import { mountedPath } from '@mediahooks/core';

// why: what is left to the next middleware is not verified. So all that a router could take for a path under the mount is ours.
test.each([
  ['as it is written', '/webhooks/ignite'],
  ['in another case, which Express and Koa take for the same', '/WebHooks/ignite'],
  ['behind several slashes', '//webhooks/ignite'],
  ['with several slashes inside', '/webhooks///ignite'],
  ['with a slash at its end', '/webhooks/ignite/'],
  ['with letters that are percent-encoded for no reason', '/%77ebhooks/ignite'],
  ['with a backslash, which url.parse turns into a slash', '/webhooks\\ignite'],
])('a path is under the mount %s', (_how, path) => {
  expect(mountedPath(path, '/webhooks')).toBe('/ignite');
});

test.each(['/webhooksy/ignite', '/ignite', '/', '/web', '/x/webhooks/ignite', '/webhooks%2Fignite', '/%ff/ignite'])(
  '%s is not under /webhooks',
  (path) => {
    expect(mountedPath(path, '/webhooks')).toBeUndefined();
  },
);

test('what follows the mount stays as it is: case, percent-encoding, several segments', () => {
  expect(mountedPath('/webhooks/Echo3D/%61%2fb', '/webhooks')).toBe('/Echo3D/%61%2fb');
  expect(mountedPath('/webhooks/%ff', '/webhooks')).toBe('/%ff');
  expect(mountedPath('/webhooks', '/webhooks/')).toBe('/');
  expect(mountedPath('/ignite', '/')).toBe('/ignite');
  expect(mountedPath('/a/B/ignite', '/A/b/')).toBe('/ignite');
  expect(mountedPath('/caf%C3%A9/ignite', '/café')).toBe('/ignite');
});
