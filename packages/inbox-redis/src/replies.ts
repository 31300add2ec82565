/** What Redis answers: bytes, whole numbers, and lists of them. Asked for as bytes, because bodies are. */
export const text = (reply: unknown): string => {
  if (reply instanceof Uint8Array) return Buffer.from(reply.buffer, reply.byteOffset, reply.byteLength).toString();
  if (typeof reply === 'number' || typeof reply === 'string') return String(reply);
  throw new TypeError('Redis has answered something else than text.');
};

export const optionalText = (reply: unknown): string | undefined =>
  reply === null || reply === undefined ? undefined : text(reply);

export const list = (reply: unknown): readonly unknown[] => {
  if (!Array.isArray(reply)) throw new TypeError('Redis has answered something else than a list.');
  return reply;
};

export const texts = (reply: unknown): string[] => list(reply).map(text);

/** Names and values in turn. */
export const fieldsFrom = (reply: unknown): ReadonlyMap<string, unknown> => {
  const items = list(reply);
  const fields = new Map<string, unknown>();
  for (let index = 0; index + 1 < items.length; index += 2) fields.set(text(items[index]), items[index + 1]);
  return fields;
};
