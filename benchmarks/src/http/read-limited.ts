/** Larger bodies are refused, by hand as in ours. */
export const limit = 1_048_576;

/** What `request.arrayBuffer()` does, which knows no limit, with one. */
export const readLimited = async (request: Request): Promise<Buffer> => {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of request.body ?? []) {
    bytes += chunk.length;
    if (bytes > limit) throw new RangeError('The body is too large.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, bytes);
};
