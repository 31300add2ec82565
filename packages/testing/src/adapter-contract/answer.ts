/** An HTTP/1.1 answer as it came over the wire. */
export interface Answer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  /** As many bytes as were announced. */
  readonly body: Buffer;
  /** The body as text; JSON where it is, else `undefined`. */
  readonly text: string;
  readonly json: unknown;
}

export interface AnswerOptions {
  /**
   * Takes an answer in chunks for whole whose content is all there and whose last, empty chunk never came. To a sender that goes on
   * for ever, that chunk comes together with the reset of its connection.
   */
  readonly endMayBeLost?: boolean;
}

export interface AnswerReader {
  push(bytes: Buffer): void;
  end(): void;
  /** The next answer; rejects where the connection ends before it is whole. */
  next(options?: AnswerOptions): Promise<Answer>;
  readonly ended: Promise<void>;
}

/** Reads answers off a connection: lengths are believed, so that a wrong one shows. */
export const createAnswerReader = (): AnswerReader => {
  let bytes: Buffer = Buffer.alloc(0);
  let closed = false;
  let wake = (): void => undefined;
  let tellEnded = (): void => undefined;
  const ended = new Promise<void>((resolve) => {
    tellEnded = resolve;
  });
  const take = ({ endMayBeLost = false }: AnswerOptions): Answer | undefined => {
    const found = readAnswer(bytes, closed, closed && endMayBeLost);
    if (found === undefined) return undefined;
    bytes = bytes.subarray(found.length);
    // why: 100 Continue and its like come before the answer, not instead of it (RFC 9110, section 15.2).
    return found.answer.status < 200 ? take({ endMayBeLost }) : found.answer;
  };
  return {
    ended,
    push(more) {
      bytes = Buffer.concat([bytes, more]);
      wake();
    },
    end() {
      closed = true;
      wake();
      tellEnded();
    },
    next: (options = {}) =>
      new Promise((resolve, reject) => {
        wake = () => {
          const answer = take(options);
          if (answer !== undefined) resolve(answer);
          else if (closed) reject(new Error(`The connection was closed after ${bytes.length} bytes of an answer.`));
        };
        wake();
      }),
  };
};

const readAnswer = (
  bytes: Buffer,
  closed: boolean,
  endIsLost: boolean,
): { answer: Answer; length: number } | undefined => {
  const headEnd = bytes.indexOf('\r\n\r\n');
  if (headEnd === -1) return undefined;
  const [statusLine = '', ...lines] = bytes.toString('latin1', 0, headEnd).split('\r\n');
  const status = Number(statusLine.split(' ')[1]);
  const headers = new Map(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
    }),
  );
  const rest = bytes.subarray(headEnd + 4);
  const body = readBody(rest, headers, status, closed, endIsLost);
  if (body === undefined) return undefined;
  const text = body.bytes.toString();
  return {
    answer: { status, headers, body: body.bytes, text, json: parsed(text) },
    length: headEnd + 4 + body.length,
  };
};

const readBody = (
  rest: Buffer,
  headers: ReadonlyMap<string, string>,
  status: number,
  closed: boolean,
  endIsLost: boolean,
): { bytes: Buffer; length: number } | undefined => {
  if (status < 200 || status === 204 || status === 304) return { bytes: Buffer.alloc(0), length: 0 };
  const length = headers.get('content-length');
  if (length !== undefined) {
    const wanted = Number(length);
    return rest.length < wanted ? undefined : { bytes: rest.subarray(0, wanted), length: wanted };
  }
  if (headers.get('transfer-encoding')?.toLowerCase() === 'chunked') return readChunks(rest, endIsLost);
  return closed ? { bytes: rest, length: rest.length } : undefined;
};

const readChunks = (rest: Buffer, endIsLost: boolean): { bytes: Buffer; length: number } | undefined => {
  const chunks: Buffer[] = [];
  let at = 0;
  for (;;) {
    const lineEnd = rest.indexOf('\r\n', at);
    if (endIsLost && at > 0 && at === rest.length) return { bytes: Buffer.concat(chunks), length: at };
    if (lineEnd === -1) return undefined;
    const size = Number.parseInt(rest.toString('latin1', at, lineEnd), 16);
    const start = lineEnd + 2;
    if (rest.length < start + size + 2) return undefined;
    chunks.push(rest.subarray(start, start + size));
    at = start + size + 2;
    if (size === 0) return { bytes: Buffer.concat(chunks), length: at };
  }
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
