import { createServer } from 'node:http';
import { createNodeMiddleware, Webhooks } from '@octokit/webhooks';
import { octokitSecret, octokit as octokitSigner } from '../../core/contestants/octokit.ts';
import type { HttpReceiver } from '../receiver.ts';

const path = '/webhooks/github';

/** `@octokit/webhooks`' own middleware; it verifies and parses, and validates nothing. */
export const octokit: HttpReceiver = {
  framework: 'Node',
  contestant: '@octokit/webhooks',
  signer: octokitSigner(),
  path,
  createServer(handled) {
    const webhooks = new Webhooks({ secret: octokitSecret });
    webhooks.on('push', handled);
    return createServer(createNodeMiddleware(webhooks, { path }));
  },
};
