import { createPlatform } from './platform.ts';

/** Proven by its address, which only a proxy can tell: deliveries say it in `X-Forwarded-For`. */
export const gcorePlatform = createPlatform({
  provider: 'gcore',
  source: 'gcore',
  prove: async () => () => ({}),
  payloadPaths(body) {
    const message = typeof body === 'object' && body !== null && 'message' in body ? body.message : undefined;
    return typeof message === 'object' && message !== null
      ? Object.keys(message).map((name) => ['message', name])
      : [[]];
  },
});
