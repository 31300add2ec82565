import { pathFromSegments } from '../src/path-from-segments.ts';

describe('the path behind the mount', () => {
  test.each([
    [['ignite', undefined], '/webhooks/ignite', '/ignite'],
    [[['echo3d', 'token'], undefined], '/webhooks/echo3d/token', '/echo3d/token'],
    [['echo3d', 'token'], '/webhooks/echo3d/token', '/echo3d/token'],
    [['a/b c%', undefined], '/webhooks/a%2Fb%20c%25', '/a%2Fb%20c%25'],
    [['../up', undefined], '/webhooks/..%2Fup', '/..%2Fup'],
    [['é', undefined], '/rewritten/from/elsewhere', '/%C3%A9'],
    [[undefined, undefined], '/webhooks/ignite', '/ignite'],
    [[undefined, undefined], '/webhooks/ignite/', '/ignite/'],
    [[undefined, undefined], '/a%2Fb', '/a%2Fb'],
    [[undefined, undefined], '/', '/'],
    [[[], undefined], '/webhooks', '/webhooks'],
  ])('of the parameters %j under %j is %j', (segments, pathname, path) => {
    expect(pathFromSegments(segments, pathname)).toBe(path);
  });
});
