import { createHmac } from 'node:crypto';
import Stripe from 'stripe';
import { type Contestant, signedRequest } from '../contestant.ts';

const secret = 'whsec_test_secret_of_stripe_0001';

/** `stripe`: `constructEvent`. */
export const stripe = (): Contestant => {
  const client = new Stripe('sk_test_0001');
  let handled = 0;
  const handle = (event: object): void => {
    if ('id' in event) handled += 1;
  };
  return {
    name: 'stripe',
    does: 'signature, timestamp, JSON',
    sign(body) {
      const seconds = Math.floor(Date.now() / 1000);
      const digest = createHmac('sha256', secret).update(`${seconds}.`).update(body).digest('hex');
      return signedRequest(body, [['Stripe-Signature', `t=${seconds},v1=${digest}`]]);
    },
    receive({ headers, body }) {
      const before = handled;
      handle(client.webhooks.constructEvent(body, headers['stripe-signature'] ?? '', secret));
      return handled === before + 1;
    },
  };
};
