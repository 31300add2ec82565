import { createHmac } from 'node:crypto';
import { WebhookVerificationService } from '@hookflo/tern';
import { type Contestant, signedRequest } from '../contestant.ts';

const secret = 'whsec_test_secret_of_tern_0001';

/** `@hookflo/tern`: takes a fetch `Request`, so one is made, as its own adapter for Express does. */
export const tern = (): Contestant => {
  let handled = 0;
  return {
    name: '@hookflo/tern',
    does: 'signature, timestamp, JSON, an event id; takes a fetch Request, which is made in its time',
    sign(body) {
      const seconds = Math.floor(Date.now() / 1000);
      const digest = createHmac('sha256', secret).update(`${seconds}.`).update(body).digest('hex');
      return signedRequest(body, [['Stripe-Signature', `t=${seconds},v1=${digest}`]]);
    },
    async receive({ headers, body }) {
      const before = handled;
      const request = new Request('http://127.0.0.1/webhooks/stripe', { method: 'POST', headers, body });
      const result = await WebhookVerificationService.verifyWithPlatformConfig(request, 'stripe', secret);
      if (result.isValid && result.payload !== undefined) handled += 1;
      return handled === before + 1;
    },
  };
};
