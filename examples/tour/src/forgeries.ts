import { deliver, editCredential, foreignAddress, type TestUserPool, testCredentials } from '@mediahooks/testing';
import type { Forgery } from './attempt.ts';

type Described = Omit<Forgery, 'kind'>;

/** The forgeries that matter, source by source. */
export const forgeries = (userPool: TestUserPool): readonly Forgery[] =>
  [...gcore(), ...ignite(), ...tpstreams(), ...echo3d(), ...threeq(userPool)].map((one) => ({
    kind: 'forgery',
    ...one,
  }));

const gcore = (): readonly Described[] => {
  const code = 'address-not-allowed';
  const { address } = testCredentials.gcore;
  return [
    { name: 'wrong address', code, delivery: deliver('gcore', 'video.ready', { address: foreignAddress }) },
    {
      name: 'address just beyond the range',
      code,
      delivery: deliver('gcore', 'video.ready', { address: '92.223.124.0' }),
    },
    {
      // why: what a proxy makes of a forged header: it appends the address that it was really called from.
      name: 'spoofed X-Forwarded-For, through the proxy',
      code,
      delivery: deliver('gcore', 'video.ready', { forwardedFor: `92.223.112.5, ${foreignAddress}` }),
    },
    {
      name: 'spoofed X-Forwarded-For, no proxy in front',
      code,
      direct: true,
      delivery: deliver('gcore', 'video.ready', { forwardedFor: address }),
    },
    {
      name: 'X-Forwarded-For that is no address',
      code,
      delivery: deliver('gcore', 'video.ready', { forwardedFor: `${address}, unknown` }),
    },
    { name: 'no X-Forwarded-For', code, delivery: deliver('gcore', 'video.ready', { forwardedFor: false }) },
  ];
};

const minuteMs = 60_000;

const ignite = (): readonly Described[] => {
  const type = 'video.updated';
  const now = Date.now();
  const captured = deliver('ignite', type, { now: now - 60 * minuteMs });
  return [
    {
      name: 'wrong secret',
      code: 'credential-invalid',
      delivery: deliver('ignite', type, { secret: 'whsec_a_guess' }),
    },
    { name: 'one byte flipped', code: 'credential-invalid', delivery: deliver('ignite', type, { tamper: 'body' }) },
    {
      name: 'stale timestamp: 6 minutes old',
      code: 'credential-expired',
      delivery: deliver('ignite', type, { now: now - 6 * minuteMs }),
    },
    {
      name: 'timestamp 6 minutes ahead',
      code: 'credential-expired',
      delivery: deliver('ignite', type, { now: now + 6 * minuteMs }),
    },
    {
      name: 'captured an hour ago, timestamp renewed',
      code: 'credential-invalid',
      delivery: editCredential(captured, (value) => value.replace(/t=\d+/, `t=${now}`)),
    },
    {
      name: 'no signature',
      code: 'credential-missing',
      delivery: deliver('ignite', type, { tamper: 'credential-missing' }),
    },
    {
      name: 'empty signature',
      code: 'credential-missing',
      delivery: deliver('ignite', type, { tamper: 'credential-empty' }),
    },
    {
      name: 'signature header twice',
      code: 'credential-invalid',
      delivery: deliver('ignite', type, { tamper: 'credential-doubled' }),
    },
  ];
};

const tpstreams = (): readonly Described[] => {
  const type = 'video.completed';
  return [
    { name: 'wrong token', code: 'credential-invalid', delivery: deliver('tpstreams', type, { token: 'a-guess' }) },
    {
      name: 'one character of the token changed',
      code: 'credential-invalid',
      delivery: deliver('tpstreams', type, { tamper: 'credential' }),
    },
    {
      name: 'no token',
      code: 'credential-missing',
      delivery: deliver('tpstreams', type, { tamper: 'credential-missing' }),
    },
    {
      name: 'token header twice',
      code: 'credential-invalid',
      delivery: deliver('tpstreams', type, { tamper: 'credential-doubled' }),
    },
  ];
};

const echo3d = (): readonly Described[] => {
  const type = 'Upload';
  return [
    {
      name: 'wrong token in the URL',
      code: 'credential-invalid',
      delivery: deliver('echo3d', type, { urlToken: 'a-guess' }),
    },
    {
      name: 'no token: only the API key',
      code: 'credential-missing',
      delivery: deliver('echo3d', type, { urlToken: false }),
    },
    {
      name: 'token twice in the URL',
      code: 'credential-invalid',
      delivery: deliver('echo3d', type, { tamper: 'credential-doubled' }),
    },
    {
      name: 'API key of another collection',
      code: 'credential-invalid',
      delivery: deliver('echo3d', type, { apiKey: 'calm-sea-5678' }),
    },
  ];
};

const threeq = (userPool: TestUserPool): readonly Described[] => {
  const code = 'credential-invalid';
  const withToken = (options: Parameters<TestUserPool['token']>[0]) =>
    deliver('threeq', 'file.new', { token: userPool.token(options) });
  return [
    { name: 'wrong Cognito key', code, delivery: withToken({ key: 'stranger' }) },
    { name: 'key that the pool does not have', code, delivery: withToken({ key: 'stranger', kid: 'key-x' }) },
    { name: 'algorithm "none"', code, delivery: withToken({ algorithm: 'none' }) },
    { name: 'HS256 with the public key as secret', code, delivery: withToken({ algorithm: 'HS256' }) },
    { name: 'expired token', code: 'credential-expired', delivery: withToken({ expiresIn: -60 }) },
    { name: 'token of another pool', code, delivery: withToken({ issuer: 'https://issuer.example' }) },
    { name: 'token for another client', code, delivery: withToken({ clientId: 'another-client' }) },
    {
      name: 'no token',
      code: 'credential-missing',
      delivery: deliver('threeq', 'file.new', { userPool, tamper: 'credential-missing' }),
    },
    {
      name: 'Authorization header twice',
      code,
      delivery: deliver('threeq', 'file.new', { userPool, tamper: 'credential-doubled' }),
    },
  ];
};
