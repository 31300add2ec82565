import { echo3d, ignite, tpstreams } from '@mediahooks/providers';
import { createTestDelivery, deliver, testCredentials } from '@mediahooks/testing';
import type { Misconfiguration, Trouble } from './misconfiguration.ts';
import { platformDelivery, sign, signedPlatform } from './provider.ts';

const secret = 'whsec_c2VjcmV0LW9mLWlnbml0ZS0wMDAx';
const retired = 'whsec_cmV0aXJlZC1zZWNyZXQtMDAwMg';
const other = 'whsec_b3RoZXItc291cmNlLTAwMDM';
const urlToken = 'url token/0004+ü';
const apiKey = 'api-key-0005';
const token = 'tok-secrets-0006';
const body = '{"id":1}';

/** The platform has `sent` for its secret, and the receiver `configured`. */
const igniteWith = (configured: readonly string[] | string, sent = secret): Trouble => ({
  sources: { ignite: ignite({ secret: configured }) },
  secrets: [sent, ...[configured].flat()].map((one) => one.trim()),
  send: (url) => deliver('ignite', 'video.updated', { secret: sent }).sendTo(url),
});

/** A platform that makes its key in a way of its own. */
const keyed = (configured: string, key: Uint8Array | string, decodes = false): Trouble => ({
  sources: {
    platform: signedPlatform({
      secret: configured,
      header: 'x-signature',
      ...(decodes && { secretBytes: (text) => Buffer.from(text, 'base64') }),
    }),
  },
  secrets: [configured],
  send: (url) => platformDelivery(body, { 'x-signature': sign(key, body) }).sendTo(url),
});

const hexSecret = '00112233445566778899aabbccddeeff';

export const secretCases: readonly Misconfiguration[] = [
  {
    cause: 'secret-prefix',
    code: 'credential-invalid',
    mistake: 'leaving whsec_ off the secret',
    setUp: () => igniteWith(secret.slice('whsec_'.length)),
  },
  {
    cause: 'secret-prefix',
    code: 'credential-invalid',
    mistake: 'counting a prefix that the platform does not count',
    setUp: () => keyed('whsec_not-base64-at-all!', 'not-base64-at-all!'),
  },
  {
    cause: 'secret-base64',
    code: 'credential-invalid',
    mistake: 'not decoding a secret as Standard Webhooks do',
    setUp: () => keyed(secret, Buffer.from(secret.slice('whsec_'.length), 'base64')),
  },
  {
    cause: 'secret-hex',
    code: 'credential-invalid',
    mistake: 'not decoding a secret in hex',
    setUp: () => keyed(hexSecret, Buffer.from(hexSecret, 'hex')),
  },
  {
    cause: 'secret-as-text',
    code: 'credential-invalid',
    mistake: 'decoding a secret that is meant as it is written',
    setUp: () => keyed('bWVhbnQtYXMtdGV4dC0wMDA3', 'bWVhbnQtYXMtdGV4dC0wMDA3', true),
  },
  {
    cause: 'secret-whitespace',
    code: 'credential-invalid',
    mistake: 'reading the secret from a file with its line break',
    setUp: () => igniteWith(`${secret}\n`),
  },
  {
    cause: 'secret-quoted',
    code: 'credential-invalid',
    mistake: 'keeping the quotation marks of a .env file',
    setUp: () => igniteWith(`"${secret}"`),
  },
  {
    cause: 'secret-percent-encoded',
    code: 'credential-invalid',
    mistake: 'configuring the token as it is in the URL',
    setUp: () => ({
      sources: { echo3d: echo3d({ urlToken: encodeURIComponent(urlToken), apiKey: testCredentials.echo3d.apiKey }) },
      secrets: [urlToken],
      send: (url) => deliver('echo3d', 'Upload', { urlToken }).sendTo(url),
    }),
  },
  {
    cause: 'secret-list-as-text',
    code: 'credential-invalid',
    mistake: 'writing both secrets of a rotation into one text',
    setUp: () => ({ ...igniteWith(`${other},${secret}`), secrets: [secret, other] }),
  },
  {
    cause: 'secret-previous',
    code: 'credential-invalid',
    mistake: 'ending a rotation here before it has begun at the platform',
    setUp: () => ({ ...igniteWith(secret, retired), options: { retiredSecrets: [retired] } }),
  },
  {
    cause: 'secret-previous',
    code: 'credential-invalid',
    mistake: 'ending the rotation of a token here first',
    setUp: () => ({
      sources: { tpstreams: tpstreams({ token }) },
      options: { retiredSecrets: retired },
      secrets: [token, retired],
      send: (url) => deliver('tpstreams', 'video.completed', { token: retired }).sendTo(url),
    }),
  },
  {
    cause: 'secret-of-other-source',
    code: 'credential-invalid',
    mistake: 'swapping the secrets of two subscriptions',
    setUp: () => ({
      sources: { ignite: ignite({ secret }), 'ignite-eu': ignite({ secret: other }) },
      secrets: [secret, other],
      send: (url) => deliver('ignite', 'video.updated', { secret: other }).sendTo(url),
    }),
  },
  {
    cause: 'secret-of-other-source',
    code: 'credential-invalid',
    mistake: 'giving the secret of another platform',
    setUp: () => ({
      sources: { ignite: ignite({ secret: token }), tpstreams: tpstreams({ token: secret }) },
      secrets: [secret, token],
      send: (url) => deliver('tpstreams', 'video.completed', { token }).sendTo(url),
    }),
  },
  {
    cause: 'secret-of-other-option',
    code: 'credential-invalid',
    mistake: 'swapping two options of a source',
    setUp: () => ({
      sources: { echo3d: echo3d({ urlToken: apiKey, apiKey: token }) },
      secrets: [apiKey, token],
      send: (url) => deliver('echo3d', 'Upload', { urlToken: token, apiKey }).sendTo(url),
    }),
  },
  {
    cause: 'sent-to-other-source',
    code: 'credential-missing',
    mistake: 'giving a platform the URL of another source',
    setUp: () => ({
      sources: { ignite: ignite({ secret }), tpstreams: tpstreams({ token }) },
      secrets: [secret, token],
      send: (url) => deliver('ignite', 'video.updated', { secret, source: 'tpstreams' }).sendTo(url),
    }),
  },
  {
    cause: 'sent-to-other-source',
    code: 'credential-invalid',
    mistake: 'giving a platform the URL of another source, an old token in it',
    setUp: () => ({
      sources: { ignite: ignite({ secret }), echo3d: echo3d({ urlToken, apiKey }) },
      secrets: [secret, urlToken, apiKey],
      send(url) {
        const delivery = deliver('ignite', 'video.updated', { secret });
        return createTestDelivery({ ...delivery, path: '/echo3d/an-old-token-0007' }).sendTo(url);
      },
    }),
  },
];
