/** What a body consists of, as far as it tells what working on it costs. */
export interface BodyMeasure {
  readonly bytes: number;
  /** Bytes that begin or end something in JSON, or would, were they not part of a text. */
  readonly tokens: number;
  /** Bytes beyond ASCII. */
  readonly foreign: number;
  /** Characters that HTML knows, which some libraries escape. */
  readonly html: number;
  readonly newlines: number;
}

/** One pass over the bytes: half a dozen patterns would each cost more. */
export const measureBody = (body: Uint8Array): BodyMeasure => {
  let tokens = 0;
  let foreign = 0;
  let html = 0;
  let newlines = 0;
  for (let index = 0; index < body.length; index += 1) {
    const byte = body[index] ?? 0;
    if (byte >= 0x80) foreign += 1;
    else if (byte === 0x22 || byte === 0x2c || byte === 0x3a || byte === 0x5b || byte === 0x7b) tokens += 1;
    else if (byte === 0x3c || byte === 0x3e || byte === 0x26) html += 1;
    else if (byte === 0x0a) newlines += 1;
  }
  return { bytes: body.length, tokens, foreign, html, newlines };
};

/**
 * What the steps cost, in bytes hashed (about 0.6 ns each): measured on bodies of long texts, of small objects and of nothing but
 * brackets, garbage collection included, and rounded up.
 */
export const costOf = {
  measuring: (bytes: number): number => 2 * bytes,
  decoding: ({ bytes, foreign }: BodyMeasure): number => bytes + 8 * foreign,
  parsing: ({ bytes, tokens }: BodyMeasure): number => 2 * bytes + 36 * tokens,
  writing: ({ bytes, tokens }: BodyMeasure): number => 2 * bytes + 18 * tokens,
  indenting: ({ bytes, tokens }: BodyMeasure): number => 4 * bytes + 22 * tokens,
  joiningLines: ({ bytes, tokens }: BodyMeasure): number => 2 * bytes + 48 * tokens,
  copying: ({ bytes }: BodyMeasure): number => 2 * bytes,
  escapingForeign: ({ bytes, foreign }: BodyMeasure): number => bytes + 60 * foreign,
  escapingHtml: ({ bytes, html }: BodyMeasure): number => bytes + 120 * html,
  sorting: ({ bytes, tokens }: BodyMeasure): number => bytes + 120 * tokens,
  copyingByteByByte: ({ bytes }: BodyMeasure): number => 5 * bytes,
  readingAsLatin1: ({ bytes }: BodyMeasure): number => 30 * bytes,
} as const;
