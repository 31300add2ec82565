import { createHmac, createSign, type KeyObject } from 'node:crypto';

/** How a token is signed. `none` and `HS256` are the classic forgeries: no signature, and a public key used as a shared secret. */
export type TokenAlgorithm = 'HS256' | 'none' | 'RS256';

/** A JSON Web Token (RFC 7519) in its compact form. */
export const signToken = (
  algorithm: TokenAlgorithm,
  kid: string,
  claims: Readonly<Record<string, unknown>>,
  privateKey: KeyObject,
  publicKey: KeyObject,
): string => {
  const signed = `${encode({ alg: algorithm, kid, typ: 'JWT' })}.${encode(claims)}`;
  return `${signed}.${sign(algorithm, signed, privateKey, publicKey)}`;
};

const sign = (algorithm: TokenAlgorithm, signed: string, privateKey: KeyObject, publicKey: KeyObject): string => {
  if (algorithm === 'none') return '';
  if (algorithm === 'RS256') return createSign('RSA-SHA256').update(signed).sign(privateKey, 'base64url');
  const secret = publicKey.export({ type: 'spki', format: 'pem' });
  return createHmac('sha256', secret).update(signed).digest('base64url');
};

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
