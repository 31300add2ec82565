import { BodyError, headersFromRaw, type IncomingDelivery, mountedPath } from '@mediahooks/core';
import { splitTarget } from '@mediahooks/node';
import type { CapturedRequest } from './captured-request.ts';

/** A captured request as an adapter would hand it over. */
export const incomingOf = (request: CapturedRequest, mount: string, address: string | undefined): IncomingDelivery => {
  const { body, format, headerLines, method } = request;
  const { path, query } = splitTarget(request.target);
  const headers = headersFromRaw(headerLines.flat());
  return {
    method,
    // why: of a kept delivery, only what follows the mount is kept.
    path: format === 'inbox' ? path : belowMount(path, mount),
    query,
    headers,
    socketAddress: address,
    hasSocket: true,
    readBody() {
      const announced = format === 'inbox' ? undefined : headers.get('content-length');
      if (announced === undefined || Number(announced) === body.length) return body;
      throw new BodyError(
        'body-incomplete',
        `The capture has ${body.length} bytes of body, and Content-Length announces ${announced}. Is it whole?`,
      );
    },
  };
};

/** Whether a receiver mounted there would be asked at all. */
export const isBelowMount = ({ format, target }: CapturedRequest, mount: string): boolean =>
  format === 'inbox' || mountedPath(splitTarget(target).path, mount) !== undefined;

/** Below the mount; where the capture was made behind something that changes paths, its last part. */
const belowMount = (path: string, mount: string): string => {
  const below = mountedPath(path, mount);
  if (below !== undefined) return below;
  const at = path.lastIndexOf('/');
  return at === -1 ? path : path.slice(at);
};
