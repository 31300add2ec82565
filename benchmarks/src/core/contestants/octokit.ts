import { createHmac } from 'node:crypto';
import { Webhooks } from '@octokit/webhooks';
import { type Contestant, signedRequest } from '../contestant.ts';

export const octokitSecret = 'test-secret-of-octokit-0001';

export const octokitSignature = (body: Uint8Array): string =>
  `sha256=${createHmac('sha256', octokitSecret).update(body).digest('hex')}`;

/** `@octokit/webhooks`: verifies a text, so the bytes are decoded before. */
export const octokit = (): Contestant => {
  const webhooks = new Webhooks({ secret: octokitSecret });
  let handled = 0;
  webhooks.on('push', () => {
    handled += 1;
  });
  return {
    name: '@octokit/webhooks',
    does: 'signature, JSON, dispatch by name',
    sign: (body, id) =>
      signedRequest(body, [
        ['X-GitHub-Event', 'push'],
        ['X-GitHub-Delivery', id],
        ['X-Hub-Signature-256', octokitSignature(body)],
      ]),
    async receive({ headers, body }) {
      const before = handled;
      await webhooks.verifyAndReceive({
        id: headers['x-github-delivery'] ?? '',
        name: 'push',
        payload: body.toString('utf8'),
        signature: headers['x-hub-signature-256'] ?? '',
      });
      return handled === before + 1;
    },
  };
};
