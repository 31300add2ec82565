/** A short fingerprint, so that a browser may keep an asset for ever and still gets the next release's. FNV-1a; nothing secret hangs on it. */
export const fingerprint = (text: string): string => {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0;
  }
  return hash.toString(36);
};
