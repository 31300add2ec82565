/** Strict: pairs of hexadecimal digits and nothing else. `undefined` for anything that is not exactly `bytes` long. */
export const bytesFromHex = (text: string, bytes: number): Uint8Array | undefined => {
  if (text.length !== bytes * 2 || !/^[0-9a-fA-F]*$/.test(text)) return undefined;
  const result = new Uint8Array(bytes);
  for (let index = 0; index < bytes; index += 1)
    result[index] = Number.parseInt(text.slice(index * 2, index * 2 + 2), 16);
  return result;
};

export const hexFromBytes = (bytes: Uint8Array): string => {
  let text = '';
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
  return text;
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
