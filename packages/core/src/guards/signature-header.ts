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
    const equals = field.indexOf('=');
    const name = field.slice(0, Math.max(equals, 0)).trim();
    const content = field.slice(equals + 1).trim();
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
