import { createWebhooks, type Receiver, type TrustProxy } from '@mediahooks/core';
import { echo3d, gcore, ignite, tpstreams } from '@mediahooks/providers';
import { see } from './seen.ts';

const environment = (name: string): string => process.env[name] ?? '';

const trustProxy = (): { trustProxy?: TrustProxy } => {
  const hops = environment('TRUST_PROXY');
  return hops === '' ? {} : { trustProxy: Number(hops) };
};

/** A receiver of the four platforms that Next.js can be tried with, as the environment says. */
export const createReceiver = (route: string, proxies = trustProxy()): Receiver => {
  const webhooks = createWebhooks({
    sources: {
      gcore: gcore(),
      ignite: ignite({ secret: environment('IGNITE_SECRET') }),
      tpstreams: tpstreams({ token: environment('TPSTREAMS_TOKEN') }),
      echo3d: echo3d({ urlToken: environment('ECHO3D_URL_TOKEN'), apiKey: environment('ECHO3D_API_KEY') }),
    },
    maxBodyBytes: 65_536,
    ...proxies,
  });
  webhooks.on('*', (event) => see(route, event));
  return webhooks;
};

/** One source, proven by a signature: for routes that need no proxy. */
export const createIgniteReceiver = (route: string, secret = environment('IGNITE_SECRET')): Receiver => {
  const webhooks = createWebhooks({ sources: { ignite: ignite({ secret }) } });
  webhooks.on('*', (event) => see(route, event));
  return webhooks;
};
