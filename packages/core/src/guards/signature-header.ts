/** Names of the fields in a header like `t=…,v1=…`. */
export interface SignatureFields {
  /** Where there is a field `timestamp` too, this one may come several times: once for each secret that the sender signs with. */
  readonly signature: string;
  readonly timestamp?: string;
}

/** How a signature header is written. */
export interface SignatureForm {
  /** What stands before each signature. */
  readonly prefix: string;
  /** What stands between several signatures. */
  readonly separator: ' ' | ',' | undefined;
  /** In place of both. */
  readonly fields: SignatureFields | undefined;
}

export interface SignatureParts {
  /** At least one, at most {@link maxSignatures}: a sender that changes its secret signs with each of those that count. */
  readonly signatures: readonly string[];
  readonly timestamp?: string;
}

/** Of a header that holds more, none is tried. Whoever changes a secret has two for a while. */
export const maxSignatures = 10;

/** Takes a signature header apart. What is not wholly of the form is `malformed`, and so are two such headers that were joined to one. */
export const readSignatureHeader = (
  value: string,
  { fields, prefix, separator }: SignatureForm,
): SignatureParts | 'malformed' | 'too-many' => {
  if (fields !== undefined) return readFields(value, fields);
  const pieces = separator === undefined ? [value] : value.split(separator, maxSignatures + 1);
  if (pieces.length > maxSignatures) return 'too-many';
  const signatures: string[] = [];
  for (const piece of pieces) {
    if (piece.startsWith(prefix)) signatures.push(piece.slice(prefix.length));
    else if (separator === undefined || !isOfOtherVersion(piece, prefix)) return 'malformed';
  }
  return signatures.length === 0 ? 'malformed' : { signatures };
};

/**
 * Whether it is written as a signature is, behind another prefix that ends in the same character: `v1a,…` beside `v1,…`.
 *
 * why so strict: fetch and proxies join two headers by a comma. Where they do, one piece has a comma or a blank too many.
 */
const isOfOtherVersion = (piece: string, prefix: string): boolean =>
  /^[\w-]+([^\w-])[\w+/=-]+$/.exec(piece)?.[1] === prefix.slice(-1);

const readFields = (value: string, fields: SignatureFields): SignatureParts | 'malformed' | 'too-many' => {
  const signatures: string[] = [];
  let timestamp: string | undefined;
  for (const field of value.split(',')) {
    const { content, name } = readField(field);
    if (name === fields.signature) {
      // why: two headers that were joined have two timestamps. Without one they would look like a header with two signatures.
      if (signatures.length > 0 && fields.timestamp === undefined) return 'malformed';
      signatures.push(content);
    } else if (name !== '' && name === fields.timestamp) {
      if (timestamp !== undefined) return 'malformed';
      timestamp = content;
    }
  }
  if (signatures.length === 0 || (fields.timestamp !== undefined && timestamp === undefined)) return 'malformed';
  if (signatures.length > maxSignatures) return 'too-many';
  return timestamp === undefined ? { signatures } : { signatures, timestamp };
};

const readField = (field: string): { readonly name: string; readonly content: string } => {
  const equals = field.indexOf('=');
  return { name: field.slice(0, Math.max(equals, 0)).trim(), content: field.slice(equals + 1).trim() };
};

/** Whether it is written as a time is: up to 15 digits, be they seconds or milliseconds since the epoch. */
export const isTimestamp = (text: string): boolean => /^[0-9]{1,15}$/.test(text);

/** A header without its timestamps, in a field or on their own. What stands in the place of one and is none stays. */
export const withoutTimestamps = (value: string, field: string | undefined): string =>
  value
    .split(',')
    .filter((part) => {
      const { content, name } = field === undefined ? { name: field, content: part.trim() } : readField(part);
      return name !== field || !isTimestamp(content);
    })
    .join(',');
