import { readServer } from '../src/connection.ts';

describe('readServer', () => {
  test('reads all of a url, decoded', () => {
    const { connection } = readServer('redisInbox', { url: 'rediss://a%40b:p%2Fw@[::1]:6380/3' });
    expect(connection).toEqual({ host: '::1', port: 6380, db: 3, username: 'a@b', password: 'p/w', tls: {} });
  });

  test('takes the usual port where a url has none', () => {
    expect(readServer('redisInbox', { url: 'redis://localhost' }).connection).toEqual({
      host: 'localhost',
      port: 6379,
    });
  });

  test('takes the password out of messages, as it is and as it stands in the url', () => {
    const { scrub } = readServer('redisInbox', { url: 'redis://:p%2Fw@localhost' });
    expect(scrub('failed with p/w and with p%2Fw, not with pw')).toBe('failed with *** and with ***, not with pw');
  });

  test('takes the passwords of a connection out of messages', () => {
    const connection = { host: 'h', password: 'one', sentinels: [{ host: 's' }], name: 'm', sentinelPassword: 'two' };
    expect(readServer('redisInbox', { connection }).scrub('one, two, three')).toBe('***, ***, three');
  });
});
