/** Strict: pairs of hexadecimal digits and nothing else. `undefined` for anything that is not exactly `bytes` long. */
export const bytesFromHex = (text: string, bytes: number): Uint8Array | undefined => {
  if (text.length !== bytes * 2) return undefined;
  const result = new Uint8Array(bytes);
  for (let index = 0; index < bytes; index += 1) {
    const high = digitAt(text, index * 2);
    const low = digitAt(text, index * 2 + 1);
    if (high === undefined || low === undefined) return undefined;
    result[index] = high * 16 + low;
  }
  return result;
};

const digitAt = (text: string, index: number): number | undefined => {
  const code = text.charCodeAt(index);
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  // why: this bit is the whole difference between an upper case letter and a lower case one in ASCII.
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x61 + 10 : undefined;
};

const digits = '0123456789abcdef';

export const hexFromBytes = (bytes: Uint8Array): string => {
  const codes: number[] = new Array(bytes.length * 2);
  for (let index = 0; index < bytes.length; index += 1) {
    const byte = bytes[index] ?? 0;
    codes[index * 2] = digits.charCodeAt(byte >> 4);
    codes[index * 2 + 1] = digits.charCodeAt(byte & 15);
  }
  // why: a text put together by + is kept as its pieces, here thirty objects for each of thousands of remembered signatures.
  return String.fromCharCode(...codes);
};

/** Strict base64 (standard alphabet, padded). `undefined` for anything that is not exactly `bytes` long. */
export const bytesFromBase64 = (text: string, bytes: number): Uint8Array | undefined => {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined;
  if (text.length !== Math.ceil(bytes / 3) * 4) return undefined;
  const binary = atob(text);
  // why: of the last digit's bits some belong to no byte; set, they would make a second notation of the same bytes.
  if (binary.length !== bytes || btoa(binary) !== text) return undefined;
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
};
