/** A request as `node:http` has it once its body is read. */
export interface SignedRequest {
  /** Name, value, name, value, … */
  readonly rawHeaders: readonly string[];
  /** The same, names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer<ArrayBuffer>;
}

/** Somebody who verifies deliveries, and signs them in a way of their own. */
export interface Contestant {
  readonly name: string;
  /** What it does for one request, so that a reader sees where another does less. */
  readonly does: string;
  sign(body: Buffer<ArrayBuffer>, id: string): SignedRequest;
  /** Verifies, parses and hands the payload to a handler; gives whether it did. May throw for a request it refuses. */
  receive(request: SignedRequest): Promise<boolean> | boolean;
}

const usualHeaders: readonly (readonly [string, string])[] = [
  ['Host', '127.0.0.1:3000'],
  ['User-Agent', 'benchmark/1.0'],
  ['Accept', '*/*'],
  ['Accept-Encoding', 'gzip'],
  ['Connection', 'keep-alive'],
];

/** A request with the headers any sender sets, and those of the contestant's scheme. */
export const signedRequest = (
  body: Buffer<ArrayBuffer>,
  signature: readonly (readonly [name: string, value: string])[],
): SignedRequest => {
  const fields = [
    ...usualHeaders,
    ['Content-Type', 'application/json'] as const,
    ['Content-Length', String(body.length)] as const,
    ...signature,
  ];
  return {
    rawHeaders: fields.flat(),
    headers: Object.fromEntries(fields.map(([name, value]) => [name.toLowerCase(), value])),
    body,
  };
};
