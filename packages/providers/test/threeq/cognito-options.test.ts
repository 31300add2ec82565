import { readCognitoOptions } from '../../src/threeq/cognito/cognito-options.ts';

const clientId = 'client-0001';
const issuersOf = (options: object) => [
  ...readCognitoOptions({ userPoolId: 'eu-central-1_AbCdEfGhI', clientId, ...options }).issuers,
];

test.each(['eu-central-1_AbCdEfGhI', 'us-gov-west-1_AbCdEfGhI', 'eusc-de-east-1_AbCdEfGhI', 'ap-southeast-2_Abc123'])(
  'the pool %s on AWS has two issuers, each with its keys',
  (userPoolId) => {
    const region = userPoolId.split('_')[0];
    const [regional, newer] = [
      `https://cognito-idp.${region}.amazonaws.com/${userPoolId}`,
      `https://issuer-cognito-idp.${region}.amazonaws.com/${userPoolId}`,
    ];
    expect(issuersOf({ userPoolId })).toEqual([
      [regional, `${regional}/.well-known/jwks.json`],
      [newer, `${newer}/.well-known/jwks.json`],
    ]);
  },
);

test.each([
  'eu-central-1',
  '_AbC',
  'eu-central-1_',
  'eu-central-1_a/b',
  'x.example/eu-central-1_a',
  'eu-central-1_a\n',
])('%j is no pool on AWS, so nothing is fetched from an address made of it', (userPoolId) => {
  expect(() => issuersOf({ userPoolId })).toThrow('cognito.userPoolId');
});

test('an issuer of your own has its keys below it, or where you say', () => {
  const issuer = 'https://issuer.example/pool/';
  expect(issuersOf({ issuer })).toEqual([[issuer, 'https://issuer.example/pool/.well-known/jwks.json']]);
  expect(issuersOf({ issuer, jwksUri: 'https://keys.example' })).toEqual([[issuer, 'https://keys.example']]);
});

test('keys of your own count for both of the issuers on AWS', () => {
  const uris = issuersOf({ jwksUri: 'https://keys.example' }).map(([, uri]) => uri);
  expect(uris).toEqual(['https://keys.example', 'https://keys.example']);
});

test.each([
  'http://127.0.0.1:9229',
  'http://localhost:9229',
  'http://[::1]:9229',
  'http://cognito:9229',
  'https://a.example',
])('keys may be at %s', (jwksUri) => {
  expect(issuersOf({ jwksUri })[0]?.[1]).toBe(jwksUri);
});

test.each([
  'http://a.example',
  'http://10.0.0.1',
  'http://127.0.0.1.example',
  'http://[::2]',
  'file:///keys',
  'ftp://localhost',
])('keys may not be at %s', (jwksUri) => {
  expect(() => issuersOf({ jwksUri })).toThrow('cognito.jwksUri');
});

test('several clients and one kind of token are kept, the header in lower case', () => {
  expect(
    readCognitoOptions({ userPoolId: 'eu-central-1_A', clientId: ['a', 'b'], tokenUse: 'id', header: 'X-Token' }),
  ).toMatchObject({ clientIds: ['a', 'b'], tokenUses: ['id'], header: 'x-token', scheme: undefined });
});
