/** A request that somebody has written down. */
export interface CapturedRequest {
  readonly format: 'curl' | 'har' | 'http' | 'inbox';
  readonly method: string;
  /** Path and query, as they stood in the request line. */
  readonly target: string;
  readonly headerLines: readonly (readonly [name: string, value: string])[];
  /** To the byte. */
  readonly body: Uint8Array;
  /** Milliseconds since the epoch, where the capture says so. */
  readonly receivedAt?: number;
  /** Who connected, where the capture says so. */
  readonly address?: string;
  /** What its reader should know: where the capture may differ from what was sent. Never holds any of its content. */
  readonly notes: readonly string[];
}

/** Text as bytes, each of which is one character: so that nothing is lost by cutting it up. */
export const bytesOf = (binary: string): Uint8Array => Uint8Array.from(Buffer.from(binary, 'latin1'));

export const binaryOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

/** Header values as `node:http` gives them: one character a byte. */
export const headerValue = (binary: string): string => binary.replace(/^[ \t]+|[ \t]+$/g, '');
