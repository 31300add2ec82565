import { request } from 'node:http';
import { gcore } from '@mediahooks/providers';
import { deliver } from '@mediahooks/testing';
import type { Misconfiguration } from './misconfiguration.ts';
import { socketMounts } from './mounts.ts';

const common = { sources: { gcore: gcore() }, secrets: [], mounts: socketMounts };
const allowed = '92.223.123.5';

/** Over a socket file, as nginx does with `proxy_pass http://unix:…`. */
const sendToFile = (socketPath: string): Promise<Response> =>
  new Promise((resolve, reject) => {
    const { body, headers, path } = deliver('gcore', 'video.ready');
    const options = { socketPath, path: `/webhooks${path}`, method: 'POST', headers, agent: false };
    const sent = request(options, (message) => {
      const chunks: Buffer[] = [];
      message.on('data', (chunk: Buffer) => chunks.push(chunk));
      message.on('end', () => resolve(new Response(Buffer.concat(chunks), { status: message.statusCode ?? 0 })));
    });
    sent.on('error', reject).end(body);
  });

export const addressCases: readonly Misconfiguration[] = [
  {
    cause: 'address-behind-proxies',
    code: 'address-not-allowed',
    mistake: 'putting a proxy in front without saying so',
    setUp: () => ({ ...common, send: (url) => deliver('gcore', 'video.ready').sendTo(url) }),
  },
  {
    cause: 'address-behind-proxies',
    code: 'address-not-allowed',
    mistake: 'believing one proxy where two are in front',
    setUp: () => ({
      ...common,
      options: { trustProxy: 1 },
      send: (url) => deliver('gcore', 'video.ready', { forwardedFor: `${allowed}, 10.0.0.2` }).sendTo(url),
    }),
  },
  {
    cause: 'trust-proxy-too-high',
    code: 'address-not-allowed',
    mistake: 'believing two proxies where one is in front',
    setUp: () => ({
      ...common,
      options: { trustProxy: 2 },
      send: (url) => deliver('gcore', 'video.ready').sendTo(url),
    }),
  },
  {
    cause: 'forwarded-for-missing',
    code: 'address-not-allowed',
    mistake: 'having the proxy write X-Real-IP alone',
    setUp: () => ({
      ...common,
      options: { trustProxy: 1 },
      send: (url) =>
        deliver('gcore', 'video.ready', { forwardedFor: false, headers: { 'X-Real-IP': allowed } }).sendTo(url),
    }),
  },
  {
    cause: 'forwarded-for-unreadable',
    code: 'address-not-allowed',
    mistake: 'having the load balancer write ports',
    setUp: () => ({
      ...common,
      options: { trustProxy: 1 },
      send: (url) => deliver('gcore', 'video.ready', { forwardedFor: `${allowed}:4711` }).sendTo(url),
    }),
  },
  {
    cause: 'connection-without-address',
    code: 'address-not-allowed',
    mistake: 'letting the app listen on a socket file',
    setUp: () => ({ ...common, options: { trustProxy: 1 }, onSocketFile: true, send: sendToFile }),
  },
];
