import { createServer } from 'node:http';
import { createNodeMiddleware, Webhooks } from '@octokit/webhooks';
import { octokitSecret, octokit as octokitSigner } from '../../core/contestants/octokit.ts';
import type { HttpReceiver } from '../receiver.ts';

const path = '/webhooks/github';

const nothing = (): void => undefined;
const silent = { debug: nothing, info: nothing, warn: nothing, error: nothing };

/** `@octokit/webhooks`' own middleware; it verifies and parses, and validates nothing. */
export const octokit: HttpReceiver = {
  framework: 'Node',
  contestant: '@octokit/webhooks',
  signer: octokitSigner(),
  path,
  createServer(handled) {
    const webhooks = new Webhooks({ secret: octokitSecret, log: silent });
    webhooks.on('push', handled);
    return createServer(createNodeMiddleware(webhooks, { path, log: silent }));
  },
};
