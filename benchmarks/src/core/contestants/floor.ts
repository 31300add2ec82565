import { createHmac, timingSafeEqual } from 'node:crypto';
import { igniteSignature } from '@mediahooks/testing';
import { type Contestant, signedRequest } from '../contestant.ts';
import { secret } from './mediahooks.ts';

const toleranceMs = 300_000;

/** The least that can be done by hand and is still right: signature, timestamp, JSON. */
export const verifyByHand = ({ headers, body }: ReadRequest): unknown => {
  const value = headers['x-webhook-signature'];
  const found = typeof value === 'string' ? /^t=([0-9]{1,15}),v1=([0-9a-f]{64})$/.exec(value) : null;
  const [, timestamp = '', given = ''] = found ?? [];
  if (found === null || Math.abs(Date.now() - Number(timestamp)) > toleranceMs) return undefined;
  const expected = createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest();
  if (!timingSafeEqual(Buffer.from(given, 'hex'), expected)) return undefined;
  return JSON.parse(body.toString('utf8'));
};

interface ReadRequest {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

export const floor = (): Contestant => {
  let handled = 0;
  const handle = (payload: unknown): void => {
    if (payload !== null) handled += 1;
  };
  return {
    name: 'by hand',
    does: 'signature, timestamp, JSON',
    sign: (body) => signedRequest(body, [['X-Webhook-Signature', igniteSignature(secret, body, Date.now())]]),
    receive(request) {
      const before = handled;
      const payload = verifyByHand(request);
      if (payload !== undefined) handle(payload);
      return handled === before + 1;
    },
  };
};
