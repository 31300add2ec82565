import { type Acceptance, type Rejection, readRejection, type StoredDelivery } from '@mediahooks/core';

/** A delivery as one line of JSON, its body in base64. */
export interface SpillLine {
  readonly delivery: StoredDelivery;
  readonly keys: readonly string[];
  readonly heldKeys: readonly string[];
  readonly keysExpireAt: number;
  /** Why it is quarantined. */
  readonly rejection: Rejection | undefined;
}

export const acceptanceLine = ({ delivery, heldKeys, keys, keysExpireAt }: Acceptance): string =>
  JSON.stringify({ ...plain(delivery), keys, heldKeys, keysExpireAt });

export const quarantineLine = (delivery: StoredDelivery, rejection: Rejection): string =>
  JSON.stringify({ ...plain(delivery), keys: [], keysExpireAt: 0, rejection });

const plain = (delivery: StoredDelivery): object => ({
  ...delivery,
  body: Buffer.from(delivery.body).toString('base64'),
});

/** `undefined` for a line that this release did not write. */
export const readSpillLine = (line: string): SpillLine | undefined => {
  try {
    return parseSpillLine(line);
  } catch {
    return undefined;
  }
};

const parseSpillLine = (line: string): SpillLine => {
  const fields: Record<string, unknown> = Object(JSON.parse(line));
  const text = (name: string): string => {
    const value = fields[name];
    if (typeof value !== 'string') throw new TypeError(`A line of the spill file has no text "${name}".`);
    return value;
  };
  const number = (name: string): number => {
    const value = fields[name];
    if (typeof value !== 'number') throw new TypeError(`A line of the spill file has no number "${name}".`);
    return value;
  };
  const optional = (name: string): string | undefined => (fields[name] === undefined ? undefined : text(name));
  const list = (name: string): unknown[] => {
    const value = fields[name];
    if (!Array.isArray(value)) throw new TypeError(`A line of the spill file has no list "${name}".`);
    return value;
  };
  return {
    delivery: {
      id: text('id'),
      source: text('source'),
      receivedAt: number('receivedAt'),
      address: optional('address'),
      pathToken: optional('pathToken'),
      query: text('query'),
      headers: list('headers').map((pair) => (Array.isArray(pair) ? [String(pair[0]), String(pair[1])] : ['', ''])),
      body: Buffer.from(text('body'), 'base64'),
    },
    keys: list('keys').map(String),
    // why: an earlier release held all of them, and did not say so.
    heldKeys: list(fields.heldKeys === undefined ? 'keys' : 'heldKeys').map(String),
    keysExpireAt: number('keysExpireAt'),
    rejection: readRejection(fields.rejection),
  };
};
