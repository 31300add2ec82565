import { createTestDelivery, type HeaderLine, type TestDelivery } from './test-delivery.ts';

/**
 * How a genuine delivery is spoilt after it was proven.
 *
 * - `body`: one bit of one byte in its middle is flipped.
 * - `credential`: one character of the credential is another, and of several signatures, one of each; of Gcore, the address is one that
 *   is not Gcore's.
 * - `credential-missing`, `credential-empty`: it is left out, or holds nothing.
 * - `credential-doubled`: it comes twice, both times right.
 */
export type Tamper = 'body' | 'credential' | 'credential-doubled' | 'credential-empty' | 'credential-missing';

/** An address of nobody's (RFC 5737, TEST-NET-3). */
export const foreignAddress = '203.0.113.9';

/** @throws {RangeError} for leaving out, emptying or doubling an address: that says nothing that `address` and `forwardedFor` do not. */
export const tamperWith = (delivery: TestDelivery, how: Tamper): TestDelivery => {
  switch (how) {
    case 'body':
      return flipByte(delivery);
    case 'credential':
      return delivery.credential.in === 'address'
        ? comingFrom(delivery, foreignAddress)
        : editCredential(delivery, (value) => spoilSignatures(value, changeOneCharacter));
    case 'credential-missing':
      return editCredential(delivery, () => []);
    case 'credential-empty':
      return editCredential(delivery, () => ['']);
    case 'credential-doubled':
      return editCredential(delivery, (value) => [value, value]);
  }
};

/** The same delivery with the lowest bit of one byte of its body flipped; default the one in the middle. The proof stays. */
export const flipByte = (delivery: TestDelivery, index = delivery.body.length >> 1): TestDelivery => {
  const body = Uint8Array.from(delivery.body);
  const byte = body[index];
  if (byte === undefined) throw new RangeError(`The body has ${body.length} bytes, none at ${index}.`);
  body[index] = byte ^ 1;
  return createTestDelivery({ ...delivery, body });
};

/** The same delivery with another credential: none, one or several in place of the one it has. */
export const editCredential = (
  delivery: TestDelivery,
  edit: (value: string) => readonly string[] | string,
): TestDelivery => {
  const { credential, headerLines, path } = delivery;
  const edited = (value: string): readonly string[] => [edit(value)].flat();
  if (credential.in === 'address') {
    throw new RangeError('The credential is the sender\'s address: use the options "address" and "forwardedFor".');
  }
  if (credential.in === 'header') {
    const lines = headerLines.flatMap(([name, value]): readonly HeaderLine[] =>
      name === credential.name ? edited(value).map((one) => [name, one]) : [[name, value]],
    );
    return createTestDelivery({ ...delivery, headerLines: lines });
  }
  const [route = '', query] = path.split('?');
  const params = new URLSearchParams(query);
  if (credential.in === 'query') {
    const values = edited(params.get(credential.name) ?? '');
    params.delete(credential.name);
    for (const value of values) params.append(credential.name, value);
    return createTestDelivery({ ...delivery, path: join(route, params) });
  }
  const [, source = '', token = ''] = route.split('/');
  const [first, ...others] = edited(decodeURIComponent(token));
  for (const value of others) params.append(credential.name, value);
  const segment = first === undefined || first === '' ? '' : `/${encodeURIComponent(first)}`;
  return createTestDelivery({ ...delivery, path: join(`/${source}${segment}`, params) });
};

const comingFrom = (delivery: TestDelivery, address: string): TestDelivery =>
  createTestDelivery({
    ...delivery,
    address,
    headerLines: delivery.headerLines.map(([name, value]) => [name, name === 'x-forwarded-for' ? address : value]),
  });

/** Spoils each of several signatures in one credential: any that is left would prove the delivery. What holds none is spoilt whole. */
export const spoilSignatures = (value: string, spoil: (signature: string) => string): string => {
  const spoilt = value.replace(/[^\s,]{24,}/g, (signature) => spoil(signature));
  return spoilt === value ? spoil(value) : spoilt;
};

/** What it is changed to is a digit in hex as well as in base64url. */
const changeOneCharacter = (value: string): string => {
  // why: not the last one. In base64url its lower bits mean nothing, and a change there can leave the signature the same.
  const index = Math.max(value.length - 10, 0);
  return `${value.slice(0, index)}${value[index] === 'a' ? 'b' : 'a'}${value.slice(index + 1)}`;
};

const join = (route: string, params: URLSearchParams): string => (params.size === 0 ? route : `${route}?${params}`);
