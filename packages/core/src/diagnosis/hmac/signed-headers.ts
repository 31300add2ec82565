import type { Delivery } from '../../delivery.ts';
import type { Finding } from '../finding.ts';
import type { HmacScheme } from './hmac-scheme.ts';

/** A header that is signed with the body and has not come: no secret and no body would make up for it. */
export const findInSignedHeaders = (
  { header, signedHeaders }: HmacScheme,
  { headers }: Delivery,
): Finding | undefined => {
  const missing = signedHeaders.filter((name) => (headers.get(name) ?? '') === '');
  if (missing.length === 0) return undefined;
  const which =
    missing.length === 1
      ? `the header ${missing[0]}, which is signed, is missing or empty`
      : `the headers ${missing.join(' and ')}, which are signed, are missing or empty`;
  return {
    cause: 'signed-header-missing',
    hint:
      `No signature in ${header} matches, and ${which}. Have whatever is in front let it through, ` +
      'and compare the option "signed" of hmac with the platform\'s documentation.',
  };
};
