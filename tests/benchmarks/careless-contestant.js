import { createHash } from 'node:crypto';

/** A contestant for `npm run bench -- --add` that signs, and never looks at the signature. */
export const contestant = {
  name: 'careless',
  does: 'JSON',
  sign(body) {
    const signature = createHash('sha256').update(body).digest('hex');
    return { rawHeaders: ['X-Signature', signature], headers: { 'x-signature': signature }, body };
  },
  receive({ body }) {
    return typeof JSON.parse(body.toString('utf8')) === 'object';
  },
};
