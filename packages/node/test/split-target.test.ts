import { splitTarget } from '@mediahooks/node';

test.each([
  ['/webhooks/ignite?a=b?c', '/webhooks/ignite', 'a=b?c'],
  ['/webhooks/ignite', '/webhooks/ignite', ''],
  // The absolute form, which every server has to take (RFC 9112, section 3.2.2).
  ['http://hooks.example.com/webhooks/ignite?a=b', '/webhooks/ignite', 'a=b'],
  ['HTTPS://hooks.example.com:8443/webhooks/ignite', '/webhooks/ignite', ''],
  ['http://hooks.example.com', '/', ''],
  ['http://hooks.example.com?a=b', '/', 'a=b'],
  // What is no name of a host stays a path.
  ['//hooks.example.com/webhooks', '//hooks.example.com/webhooks', ''],
  ['/http://hooks.example.com/ignite', '/http://hooks.example.com/ignite', ''],
  // A fragment is nothing a client may send; routers leave it away.
  ['/webhooks/ignite#x?a=b', '/webhooks/ignite', ''],
  ['/webhooks/ignite?a=b#c', '/webhooks/ignite', 'a=b'],
  ['*', '*', ''],
  [undefined, '/', ''],
])('%s is the path %s and the query "%s"', (target, path, query) => {
  expect(splitTarget(target)).toEqual({ path, query });
});
