import { createHmac, createSign, generateKeyPairSync, type JsonWebKey } from 'node:crypto';

export interface SigningKey {
  readonly kid: string;
  /** As a key set has it. */
  readonly jwk: JsonWebKey;
  /** The public key as text, which a forger can have. */
  readonly publicPem: string;
  /** A token with these claims, signed with RS256. */
  sign(claims: object, header?: object): string;
}

export const createSigningKey = (kid: string): SigningKey => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    kid,
    jwk: { ...publicKey.export({ format: 'jwk' }), kid, alg: 'RS256', use: 'sig' },
    publicPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    sign(claims, header = {}) {
      const signed = signedPart({ alg: 'RS256', kid, ...header }, claims);
      return `${signed}.${createSign('RSA-SHA256').update(signed).sign(privateKey, 'base64url')}`;
    },
  };
};

/** A token signed with a shared secret; the classic forgery uses the public key as one. */
export const signHs256 = (header: object, claims: object, secret: string): string => {
  const signed = signedPart({ ...header, alg: 'HS256' }, claims);
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
};

/** Header and claims, without a signature. */
export const signedPart = (header: object, claims: object): string => `${encode(header)}.${encode(claims)}`;

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
