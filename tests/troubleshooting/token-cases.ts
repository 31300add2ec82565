import { type CredentialGuard, headerToken } from '@mediahooks/core';
import { echo3d, threeq, tpstreams } from '@mediahooks/providers';
import { deliver, testCredentials } from '@mediahooks/testing';
import type { Misconfiguration, Trouble } from './misconfiguration.ts';
import { platform, platformDelivery } from './provider.ts';

const token = 'Tok-Headers-0001';
const urlToken = 'Url-Token+0002/x';
const apiKey = 'api-key-0003';
const secret = { in: 'header', name: 'x-3q-secret', value: 'threeq-secret-0004' } as const;

const tpstreamsSent = (sent: string): Trouble => ({
  sources: { tpstreams: tpstreams({ token }) },
  secrets: [token],
  send: (url) => deliver('tpstreams', 'video.completed', { token: sent }).sendTo(url),
});

const echo3dSent = (query: string, body?: string): Trouble => ({
  sources: { echo3d: echo3d({ urlToken, apiKey }) },
  secrets: [urlToken, apiKey],
  send: (url) =>
    fetch(`${url}/echo3d?${query}`, {
      method: 'POST',
      body: body ?? Buffer.from(deliver('echo3d', 'Upload', { apiKey }).body),
    }),
});

const own: CredentialGuard = {
  ...headerToken({ header: 'x-token', token }),
  diagnose: () => ({ cause: 'found-by-guard', hint: 'The token is of last month. Fetch a new one from the portal.' }),
};

export const tokenCases: readonly Misconfiguration[] = [
  {
    cause: 'token-quoted',
    code: 'credential-invalid',
    mistake: 'typing the token at the platform in quotation marks',
    setUp: () => tpstreamsSent(`"${token}"`),
  },
  {
    cause: 'token-scheme',
    code: 'credential-invalid',
    mistake: 'typing Bearer before the token',
    setUp: () => tpstreamsSent(`Bearer ${token}`),
  },
  {
    cause: 'token-whitespace',
    code: 'credential-invalid',
    mistake: 'copying the token with a line break in it',
    setUp: () => echo3dSent(`token=${encodeURIComponent(`${urlToken.slice(0, 5)}\n${urlToken.slice(5)} `)}`),
  },
  {
    cause: 'token-case',
    code: 'credential-invalid',
    mistake: 'letting a CDN write URLs in lower case',
    setUp: () => echo3dSent(`token=${encodeURIComponent(urlToken.toLowerCase())}`),
  },
  {
    cause: 'token-encoded',
    code: 'credential-invalid',
    mistake: 'writing a + into the URL as it is',
    setUp: () => echo3dSent(`token=${urlToken}`),
  },
  {
    cause: 'token-encoded',
    code: 'credential-invalid',
    mistake: 'encoding the token twice',
    setUp: () => echo3dSent(`token=${encodeURIComponent(encodeURIComponent(urlToken))}`),
  },
  {
    cause: 'token-field-renamed',
    code: 'credential-missing',
    mistake: 'letting a gateway wrap the payload',
    setUp: () =>
      echo3dSent(
        `token=${encodeURIComponent(urlToken)}`,
        JSON.stringify({ body: { event: 'Upload', apiKey, entryIds: ['a'] } }),
      ),
  },
  {
    cause: 'token-elsewhere',
    code: 'credential-missing',
    mistake: 'configuring the header where the secret is in the URL',
    setUp: () => ({
      sources: { '3q': threeq({ secret }) },
      secrets: [secret.value],
      send: (url) => deliver('threeq', 'file.new', { secret: { ...secret, in: 'query', name: 'key' } }).sendTo(url),
    }),
  },
  {
    cause: 'header-renamed',
    code: 'credential-missing',
    mistake: 'configuring another name of the header',
    setUp: () => ({
      sources: { '3q': threeq({ secret }) },
      secrets: [secret.value],
      send: (url) => deliver('threeq', 'file.new', { secret: { ...secret, name: 'X-Secret' } }).sendTo(url),
    }),
  },
  {
    cause: 'credential-empty',
    code: 'credential-missing',
    mistake: 'leaving the token in the URL empty',
    setUp: () => echo3dSent('token='),
  },
  {
    cause: 'secret-whitespace',
    code: 'credential-invalid',
    mistake: 'reading the API key from a file with its line break',
    setUp: () => ({
      sources: { echo3d: echo3d({ urlToken, apiKey: `${testCredentials.echo3d.apiKey}\n` }) },
      secrets: [urlToken],
      send: (url) => deliver('echo3d', 'Upload', { urlToken }).sendTo(url),
    }),
  },
  {
    cause: 'found-by-guard',
    code: 'credential-invalid',
    mistake: 'whatever a guard of your own finds',
    setUp: () => ({
      sources: { platform: platform(own) },
      secrets: [token],
      send: (url) => platformDelivery('{}', { 'x-token': 'old' }).sendTo(url),
    }),
  },
];
