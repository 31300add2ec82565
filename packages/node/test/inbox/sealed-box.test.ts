import { createSealedBox } from '../../src/inbox/sealed-box.ts';

const key = Buffer.alloc(32, 7);
const other = Buffer.alloc(32, 8);
const plain = Buffer.from('{"slug":"a-secret-slug"}');
const headLength = 1 + 8;

describe('a sealed box', () => {
  test('opens what the specification of GCM gives as its test case 15', () => {
    const given = Buffer.from('feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308', 'hex');
    const box = createSealedBox(given, 'encryption');
    const head = Buffer.from(box.seal(Buffer.alloc(0), '')).subarray(0, headLength);
    const sealed = Buffer.concat([
      head,
      Buffer.from('cafebabefacedbaddecaf888', 'hex'),
      Buffer.from(
        '522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa' +
          '8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad',
        'hex',
      ),
      Buffer.from('b094dac5d93471bdec1a502270e3cc6c', 'hex'),
    ]);
    expect(Buffer.from(box.open(sealed, '')).toString('hex')).toBe(
      'd9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72' +
        '1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255',
    );
  });

  test('seals what Web Crypto opens, the context as additional data', async () => {
    const sealed = Buffer.from(createSealedBox(key, 'encryption').seal(plain, 'delivery-1 body'));
    const imported = await crypto.subtle.importKey('raw', key, 'AES-GCM', false, ['decrypt']);
    const decrypt = (context: string) =>
      crypto.subtle.decrypt(
        {
          name: 'AES-GCM',
          iv: sealed.subarray(headLength, headLength + 12),
          additionalData: Buffer.from(context),
        },
        imported,
        sealed.subarray(headLength + 12),
      );
    expect(Buffer.from(await decrypt('delivery-1 body')).equals(plain)).toBe(true);
    await expect(decrypt('delivery-2 body')).rejects.toThrow();
  });

  test('never seals alike twice, and shows nothing of the key', () => {
    const box = createSealedBox(key, 'encryption');
    const sealed = Buffer.from(box.seal(plain, 'a'));
    expect(sealed.equals(Buffer.from(box.seal(plain, 'a')))).toBe(false);
    expect(sealed.includes(key.subarray(0, 4))).toBe(false);
  });

  test('opens with a key given as base64 as with its bytes', () => {
    const sealed = createSealedBox(key.toString('base64'), 'encryption').seal(plain, 'a');
    expect(Buffer.from(createSealedBox(key, 'encryption').open(sealed, 'a')).equals(plain)).toBe(true);
  });

  test('opens with every key of a rotation, and seals with the first', () => {
    const old = createSealedBox(other, 'encryption').seal(plain, 'a');
    const rotated = createSealedBox([key, other], 'encryption');
    expect(Buffer.from(rotated.open(old, 'a')).equals(plain)).toBe(true);
    const renewed = rotated.seal(plain, 'a');
    expect(Buffer.from(createSealedBox(key, 'encryption').open(renewed, 'a')).equals(plain)).toBe(true);
    expect(() => createSealedBox(other, 'encryption').open(renewed, 'a')).toThrow(
      expect.objectContaining({ code: 'decryption-failed' }),
    );
  });

  test('refuses another context', () => {
    const box = createSealedBox(key, 'encryption');
    expect(() => box.open(box.seal(plain, 'delivery-1 body'), 'delivery-2 body')).toThrow(
      expect.objectContaining({ code: 'decryption-failed' }),
    );
  });

  test('refuses one bit flipped, wherever it is', () => {
    const box = createSealedBox(key, 'encryption');
    const sealed = Buffer.from(box.seal(plain, 'a'));
    for (const [index, byte] of sealed.entries()) {
      const flipped = Buffer.from(sealed);
      flipped[index] = byte ^ 1;
      expect(() => box.open(flipped, 'a')).toThrow(expect.objectContaining({ code: 'decryption-failed' }));
    }
  });

  test('refuses what was cut short', () => {
    const box = createSealedBox(key, 'encryption');
    const sealed = box.seal(plain, 'a');
    for (let length = 0; length < sealed.length; length += 1) {
      expect(() => box.open(sealed.subarray(0, length), 'a')).toThrow(
        expect.objectContaining({ code: 'decryption-failed' }),
      );
    }
  });

  test.each([
    ['31 bytes', Buffer.alloc(31), 'option-invalid'],
    ['33 bytes', Buffer.alloc(33), 'option-invalid'],
    ['a passphrase', 'correct horse battery staple', 'option-invalid'],
    ['an empty text', '', 'option-invalid'],
    ['an empty list', [], 'secret-missing'],
    ['a list with one that is too short', [key, Buffer.alloc(16)], 'option-invalid'],
  ])('does not take %s for a key', (_title, given, code) => {
    expect(() => createSealedBox(given, 'encryption')).toThrow(expect.objectContaining({ code }));
  });

  test('does not take a missing variable for a key', () => {
    const variables: Record<string, string> = {};
    expect(() => createSealedBox(JSON.parse('null') ?? variables.NOT_SET, 'encryption')).toThrow(
      expect.objectContaining({ code: 'secret-missing' }),
    );
  });
});
