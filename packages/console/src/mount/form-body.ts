import type { IncomingMessage } from 'node:http';

/** Our forms are a few hundred bytes; a filter may be longer. */
const maxBytes = 64 * 1024;

/**
 * The form of a POST as a text, or what a parser that came first has made of it, turned back. `undefined` where there is none, where it
 * is larger than any of ours, and where its sender goes away over it. Never rejects: nobody is let in yet, and whoever hands over
 * a promise to `http.createServer` would lose the process with it.
 */
export const formBody = async (req: IncomingMessage, left: unknown): Promise<string | undefined> => {
  if (req.method !== 'POST') return undefined;
  if (typeof left === 'string') return left;
  if (left instanceof Uint8Array) return new TextDecoder().decode(left);
  if (req.readableDidRead) return typeof left === 'object' && left !== null ? fromFields(left) : undefined;
  return unreadForm(req).catch(() => undefined);
};

const unreadForm = async (req: IncomingMessage): Promise<string | undefined> => {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  // why: left open, as an answer is still to be written to the connection.
  for await (const chunk of req.iterator({ destroyOnReturn: false })) {
    if (!(chunk instanceof Uint8Array)) return undefined;
    bytes += chunk.length;
    if (bytes > maxBytes) return undefined;
    text += decoder.decode(chunk, { stream: true });
  }
  return text;
};

const fromFields = (fields: object): string =>
  new URLSearchParams(
    Object.entries(fields).flatMap(([name, value]): [string, string][] =>
      typeof value === 'string' ? [[name, value]] : [],
    ),
  ).toString();
