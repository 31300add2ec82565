import { tpstreams } from '@mediahooks/providers';
import { deliver, listen } from '@mediahooks/testing';
import type { Misconfiguration } from './misconfiguration.ts';

const token = 'tok-Zx81-requests-0001';
const sources = { tpstreams: tpstreams({ token }) };
const secrets = [token];
const delivery = () => deliver('tpstreams', 'video.completed', { token });

export const requestCases: readonly Misconfiguration[] = [
  {
    cause: 'opened-in-browser',
    code: 'method-not-allowed',
    mistake: 'opening the address in a browser to see whether it works',
    setUp: () => ({
      sources,
      secrets,
      send: (url) => fetch(`${url}/tpstreams`, { headers: { accept: 'text/html,application/xhtml+xml' } }),
    }),
  },
  {
    cause: 'cors-preflight',
    code: 'method-not-allowed',
    mistake: 'sending from a page, so that the browser asks first',
    setUp: () => ({
      sources,
      secrets,
      send: (url) =>
        fetch(`${url}/tpstreams`, { method: 'OPTIONS', headers: { 'access-control-request-method': 'POST' } }),
    }),
  },
  {
    cause: 'redirected-to-get',
    code: 'method-not-allowed',
    mistake: 'giving the platform an address that redirects',
    setUp: () => ({
      sources,
      secrets,
      async send(url) {
        const elsewhere = await listen((_req, res) => void res.writeHead(301, { location: `${url}/tpstreams` }).end());
        try {
          return await fetch(elsewhere.origin, { method: 'POST', headers: delivery().headers, body: delivery().body });
        } finally {
          await elsewhere.stop();
        }
      },
    }),
  },
  {
    cause: 'source-missing',
    code: 'unknown-source',
    mistake: 'leaving the name of the source off the URL',
    setUp: () => ({ sources, secrets, send: (url) => fetch(`${url}/`, { method: 'POST', body: '{}' }) }),
  },
  {
    cause: 'source-misspelt',
    code: 'unknown-source',
    mistake: 'writing the name of the source in another way',
    setUp: () => ({
      sources,
      secrets,
      send: (url) => deliver('tpstreams', 'video.completed', { token, source: 'TPStreams' }).sendTo(url),
    }),
  },
  {
    cause: 'path-mounted-twice',
    code: 'unknown-source',
    mistake: 'having the mount twice in the URL',
    setUp: () => ({ sources, secrets, send: (url) => delivery().sendTo(`${url}/webhooks`) }),
  },
  {
    cause: 'path-too-long',
    code: 'unknown-source',
    mistake: 'putting a token into the URL of a source that is proven by a header',
    setUp: () => ({
      sources,
      secrets,
      send: (url) => fetch(`${url}/tpstreams/${token}`, { method: 'POST', headers: delivery().headers, body: '{}' }),
    }),
  },
];
