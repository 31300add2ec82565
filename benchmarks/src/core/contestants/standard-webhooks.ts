import { Webhook as StandardWebhook } from 'standardwebhooks';
import { Webhook as SvixWebhook } from 'svix';
import { type Contestant, signedRequest } from '../contestant.ts';

const secret = `whsec_${Buffer.from('a test secret of 24 byte').toString('base64')}`;

interface Scheme {
  readonly name: string;
  readonly does: string;
  /** What the headers' names begin with. */
  readonly prefix: string;
  readonly sign: (id: string, timestamp: Date, payload: string) => string;
  readonly verify: (body: Buffer, headers: Record<string, string>) => unknown;
}

const contestant = ({ name, does, prefix, sign, verify }: Scheme): Contestant => {
  let handled = 0;
  const handle = (payload: unknown): void => {
    if (payload !== null) handled += 1;
  };
  return {
    name,
    does,
    sign(body, id) {
      const now = new Date();
      return signedRequest(body, [
        [`${prefix}-id`, `msg_${id}`],
        [`${prefix}-timestamp`, String(Math.floor(now.getTime() / 1000))],
        [`${prefix}-signature`, sign(`msg_${id}`, now, body.toString('utf8'))],
      ]);
    },
    receive({ headers, body }) {
      const before = handled;
      handle(verify(body, headers));
      return handled === before + 1;
    },
  };
};

/** `standardwebhooks`, the reference implementation of Standard Webhooks. */
export const standardWebhooks = (): Contestant => {
  const webhook = new StandardWebhook(secret);
  return contestant({
    name: 'standardwebhooks',
    does: 'signature, timestamp, JSON',
    prefix: 'webhook',
    sign: (id, timestamp, payload) => webhook.sign(id, timestamp, payload),
    verify: (body, headers) => webhook.verify(body, headers),
  });
};

/** `svix`, which verifies and gives nothing back, so the JSON is parsed by hand. */
export const svix = (): Contestant => {
  const webhook = new SvixWebhook(secret);
  return contestant({
    name: 'svix',
    does: 'signature, timestamp; JSON by hand',
    prefix: 'svix',
    sign: (id, timestamp, payload) => webhook.sign(id, timestamp, payload),
    verify(body, headers) {
      webhook.verify(body, headers);
      const payload: unknown = JSON.parse(body.toString('utf8'));
      return payload;
    },
  });
};
