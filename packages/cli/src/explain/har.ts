import * as z from 'zod';
import { CommandError } from '../command-error.ts';
import type { CapturedRequest } from './captured-request.ts';

/** As far as it is needed here (HAR 1.2, w3c.github.io/web-performance/specs/HAR). */
const har = z.object({
  log: z.object({
    entries: z.array(
      z.object({
        startedDateTime: z.string().optional(),
        request: z.object({
          method: z.string(),
          url: z.string(),
          headers: z.array(z.object({ name: z.string(), value: z.string() })).default([]),
          // why encoding: not in the standard, but some tools write bodies in base64 and say so here.
          postData: z.object({ text: z.string().optional(), encoding: z.string().optional() }).optional(),
        }),
      }),
    ),
  }),
});

type Entry = z.infer<typeof har>['log']['entries'][number];

/**
 * One request of a HAR file: the `number`-th (from 1), or the only one that was sent with POST.
 *
 * @throws {CommandError} `usage`
 */
export const readHar = (text: string, number: number | undefined): CapturedRequest => {
  const { entries } = parse(text).log;
  const posts = entries.filter(({ request }) => request.method.toUpperCase() === 'POST');
  const candidates = posts.length > 0 ? posts : entries;
  const chosen = number === undefined ? candidates[0] : entries[number - 1];
  if (chosen === undefined) {
    throw new CommandError(
      'usage',
      `The file has ${entries.length} requests${number === undefined ? '' : `, no number ${number}`}.`,
    );
  }
  if (number === undefined && candidates.length > 1) {
    const list = candidates.map((entry) => `\n  --entry ${entries.indexOf(entry) + 1}  ${describe(entry)}`).join('');
    throw new CommandError('usage', `The file has several requests. Say which:${list}`);
  }
  return readEntry(chosen);
};

const parse = (text: string): z.infer<typeof har> => {
  try {
    return har.parse(JSON.parse(text));
  } catch {
    throw new CommandError('usage', 'The file begins like a HAR file, but is none: it has no log with entries.');
  }
};

/** Without its query: a token may stand there. */
const describe = ({ request, startedDateTime = '' }: Entry): string =>
  `${request.method} ${URL.parse(request.url)?.pathname.split('/').slice(0, 3).join('/') ?? ''} ${startedDateTime}`.trimEnd();

const readEntry = ({ request, startedDateTime }: Entry): CapturedRequest => {
  const { headers, method, postData, url } = request;
  const parsed = URL.parse(url);
  if (parsed === null) throw new CommandError('usage', 'The request of the HAR file has no whole URL.');
  const receivedAt = Date.parse(startedDateTime ?? '');
  const text = postData?.text ?? '';
  const notes: string[] = [];
  const isBase64 = postData?.encoding === 'base64';
  if (!isBase64 && text.includes('\ufffd')) {
    notes.push('The body has characters that its recorder could not read; a signature over the original cannot match.');
  }
  if (postData === undefined) notes.push('The HAR file has no body for this request; recorders may leave bodies out.');
  return {
    format: 'har',
    method,
    target: `${parsed.pathname}${parsed.search}`,
    // why: HTTP/2's own, like :authority, are no headers.
    headerLines: headers.filter(({ name }) => !name.startsWith(':')).map(({ name, value }) => [name, value]),
    body: Uint8Array.from(Buffer.from(text, isBase64 ? 'base64' : 'utf8')),
    notes,
    ...(Number.isFinite(receivedAt) && { receivedAt }),
  };
};
