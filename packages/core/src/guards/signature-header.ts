/** Names of the fields in a header like `t=…,v1=…`. */
export interface SignatureFields {
  readonly signature: string;
  readonly timestamp?: string;
}

export interface SignatureParts {
  readonly signature: string;
  readonly timestamp?: string;
}

/** Takes a signature header apart. `undefined` where a field that matters is missing or comes twice. */
export const readSignatureHeader = (
  value: string,
  prefix: string,
  fields: SignatureFields | undefined,
): SignatureParts | undefined => {
  if (fields === undefined) return value.startsWith(prefix) ? { signature: value.slice(prefix.length) } : undefined;
  let signature: string | undefined;
  let timestamp: string | undefined;
  for (const field of value.split(',')) {
    const { content, name } = readField(field);
    if (name === fields.signature) {
      if (signature !== undefined) return undefined;
      signature = content;
    } else if (name !== '' && name === fields.timestamp) {
      if (timestamp !== undefined) return undefined;
      timestamp = content;
    }
  }
  if (signature === undefined || (fields.timestamp !== undefined && timestamp === undefined)) return undefined;
  return timestamp === undefined ? { signature } : { signature, timestamp };
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
