import { createHmac } from 'node:crypto';

/** `X-Webhook-Signature` as Ignite writes it: `t` in milliseconds, `v1` the hex HMAC-SHA256 of `t`, a dot and the bytes. */
export const igniteSignature = (secret: string, body: Uint8Array | string, timestampMs: number): string => {
  const digest = createHmac('sha256', secret).update(`${timestampMs}.`).update(body).digest('hex');
  return `t=${timestampMs},v1=${digest}`;
};
