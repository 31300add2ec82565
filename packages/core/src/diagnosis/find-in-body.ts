import { quote } from '../rejection.ts';
import type { Finding, RefusedDelivery } from './finding.ts';

/** Why a body is not the JSON it should be. What it holds is not shown. */
export const findInBody = ({ delivery, incoming, rejection }: RefusedDelivery): Finding | undefined => {
  const { headers } = incoming;
  if (rejection.code === 'unsupported-encoding') {
    return {
      cause: 'body-compressed',
      hint:
        `The body is compressed (${quote(headers.all('content-encoding').join(', '))}). None of the platforms does that, and signatures ` +
        'are over the bytes as sent: a proxy or gateway in front compresses requests. Turn that off for this path.',
    };
  }
  if (delivery === undefined) return undefined;
  const { body } = delivery;
  const [first] = body;
  if (body.every((byte) => byte <= 0x20)) {
    return {
      cause: 'body-empty',
      hint:
        'The delivery is proven, and its body is empty. Something on the way has read it and left nothing, a redirect has thrown it away, ' +
        'or somebody pressed a test button that sends none.',
    };
  }
  const type = headers.get('content-type') ?? '';
  if (type.includes('x-www-form-urlencoded') || type.includes('multipart/form-data')) {
    return {
      cause: 'body-form-encoded',
      hint:
        `The delivery is proven, and its body is a form (${quote(type)}), not JSON. If the platform lets you choose a content type, choose ` +
        'application/json.',
    };
  }
  if (first === 0xef || first === 0xff || first === 0xfe || body.includes(0)) {
    return {
      cause: 'body-altered',
      hint:
        'The delivery is proven, and its body is not UTF-8 or begins with a byte order mark: something on the way has turned it into another ' +
        'encoding. JSON is exchanged as UTF-8 without a mark (RFC 8259, section 8.1).',
    };
  }
  const last = body.findLast((byte) => byte > 0x20);
  const end = first === 0x7b ? 0x7d : first === 0x5b ? 0x5d : undefined;
  if (end === undefined || last === end) return undefined;
  return {
    cause: 'body-cut',
    hint:
      `The delivery is proven, and its body of ${body.length} bytes ends in the middle of its JSON. A Content-Length that counts characters ` +
      'instead of bytes does this, and a proxy that cuts long bodies.',
  };
};
