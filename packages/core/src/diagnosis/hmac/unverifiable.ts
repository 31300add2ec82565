import type { Delivery } from '../../delivery.ts';
import type { Finding } from '../finding.ts';

/** What the body itself tells, where no attempt has led to a match. */
export const findInUnverifiable = ({ body, headers }: Delivery, header: string): Finding | undefined => {
  const what = `No signature in ${header} matches`;
  if (body.length === 0) {
    return {
      cause: 'body-empty',
      hint: `${what}, and the body is empty: something has read it and left nothing, or a redirect has thrown it away.`,
    };
  }
  const announced = headers.get('content-length');
  if (announced !== undefined && /^[0-9]{1,15}$/.test(announced) && Number(announced) !== body.length) {
    return {
      cause: 'body-length-differs',
      hint:
        `${what}, and the body has ${body.length} bytes where the sender announced ${announced}: something between has changed it. ` +
        'If it comes out of rawBody, that was not kept as the bytes that came.',
    };
  }
  const [first] = body;
  const last = body.findLast((byte) => byte > 0x20);
  const end = first === 0x7b ? 0x7d : first === 0x5b ? 0x5d : undefined;
  if (end === undefined || last === end) return undefined;
  return {
    cause: 'body-cut',
    hint:
      `${what}, and the body of ${body.length} bytes ends in the middle of its JSON. A Content-Length that counts characters instead of bytes ` +
      'does this, and a proxy that cuts long bodies.',
  };
};
