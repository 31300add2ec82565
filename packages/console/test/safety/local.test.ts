import { isLocal } from '../../src/index.ts';

const asked = (headers: Readonly<Record<string, string>>): Request => new Request('http://localhost/', { headers });

test.each(['127.0.0.1', '127.8.9.1', '::1', '::ffff:127.0.0.1'])(
  'a connection from %s is of this machine',
  (address) => {
    expect(isLocal(asked({ host: 'localhost:3000' }), { address })).toBe(true);
  },
);

test.each([
  ['of another machine', '192.168.1.7'],
  ['of another machine, mapped', '::ffff:192.168.1.7'],
  ['nearly of this machine', '128.0.0.1'],
  ['that is no address', 'localhost'],
  ['that is not known', undefined],
])('a connection %s is not', (_name, address) => {
  expect(isLocal(asked({ host: 'localhost:3000' }), { address })).toBe(false);
});

test.each([
  'forwarded',
  'via',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-real-ip',
  'x-client-ip',
  'true-client-ip',
  'cf-connecting-ip',
])('a request that a proxy has marked with %s is not', (name) => {
  expect(isLocal(asked({ host: 'localhost', [name]: '127.0.0.1' }), { address: '127.0.0.1' })).toBe(false);
});

test.each(['localhost', 'LOCALHOST:3000', 'app.localhost', '127.0.0.1:3000', '[::1]:3000'])('as %s it is', (host) => {
  expect(isLocal(asked({ host }), { address: '127.0.0.1' })).toBe(true);
});

test.each([
  'evil.example',
  'localhost.evil.example',
  'evil.example:3000',
  'evil.example/.localhost',
  '192.168.1.7',
  '',
])('under the name %j it is not: that is another site that resolves to this machine', (host) => {
  expect(isLocal(asked({ host }), { address: '127.0.0.1' })).toBe(false);
});
