import { hmac, type Secret } from '@mediahooks/core';

/** https://www.standardwebhooks.com: the secret is the key in base64, behind whsec_. */
export const standardWebhooks = (secret: Secret) =>
  hmac({
    secret,
    secretBytes: (text) => Buffer.from(text.replace('whsec_', ''), 'base64'),
    header: 'webhook-signature', // v1,<base64>, and a second one while the secret is rotated
    prefix: 'v1,',
    separator: ' ',
    encoding: 'base64',
    timestampHeader: 'webhook-timestamp',
    timestampUnit: 's',
    signed: '{header:webhook-id}.{timestamp}.{body}',
  });

/** https://docs.stripe.com/webhooks#verify-manually */
export const stripe = (secret: Secret) =>
  hmac({
    secret,
    header: 'stripe-signature', // t=1700000000,v1=<hex>, and v1 once more while the secret is rolled
    fields: { timestamp: 't', signature: 'v1' },
    timestampUnit: 's',
  });

/** https://docs.slack.dev/authentication/verifying-requests-from-slack */
export const slack = (secret: Secret) =>
  hmac({
    secret,
    header: 'x-slack-signature', // v0=<hex>
    prefix: 'v0=',
    timestampHeader: 'x-slack-request-timestamp',
    timestampUnit: 's',
    toleranceMs: 60_000, // five minutes, if you do not say
    signed: 'v0:{timestamp}:{body}',
  });
