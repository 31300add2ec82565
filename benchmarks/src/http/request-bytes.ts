import type { SignedRequest } from '../core/contestant.ts';

/** A request as it goes over the wire. */
export const requestBytes = (path: string, { rawHeaders, body }: SignedRequest): Buffer<ArrayBuffer> => {
  const lines = [`POST ${path} HTTP/1.1`];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    lines.push(`${rawHeaders[index]}: ${rawHeaders[index + 1]}`);
  }
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), body]);
};
