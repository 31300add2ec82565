import { headersFromEntries, headersFromRaw, outcomeResponse } from '@mediahooks/core';
import { type AdapterCaseName, adapterContract } from '@mediahooks/testing';
import { type AdapterParts, bareHarness, soundParts } from './bare-adapter.ts';

/** An adapter with one thing wrong, and the cases that are there to catch it. */
interface BrokenAdapter {
  readonly parts: Partial<AdapterParts>;
  readonly caughtBy: readonly AdapterCaseName[];
}

let waiting: { readonly bytes: Uint8Array; readonly resolve: (bytes: Uint8Array) => void } | undefined;

const broken: Readonly<Record<string, BrokenAdapter>> = {
  'parses the body and writes it again': {
    parts: {
      readBody: async (req, limits) =>
        Buffer.from(JSON.stringify(JSON.parse(Buffer.from(await soundParts.readBody(req, limits)).toString()))),
    },
    caughtBy: ['hands over the exact bytes: numbers, escapes, key order, white space and the last line break'],
  },
  'reads the body as text': {
    parts: {
      readBody: async (req, limits) => Buffer.from(new TextDecoder().decode(await soundParts.readBody(req, limits))),
    },
    caughtBy: ['hands over bytes that are not UTF-8 as they came', 'hands over a byte order mark'],
  },
  'takes white space off the end': {
    parts: {
      readBody: async (req, limits) =>
        Buffer.from(
          Buffer.from(await soundParts.readBody(req, limits))
            .toString('latin1')
            .trimEnd(),
          'latin1',
        ),
    },
    caughtBy: ['hands over the exact bytes: numbers, escapes, key order, white space and the last line break'],
  },
  'makes bytes of what a parser has left': {
    parts: {
      readBody: async (req, limits) =>
        typeof req.body === 'object' && !(req.body instanceof Uint8Array)
          ? Buffer.from(JSON.stringify(req.body))
          : soundParts.readBody(req, limits),
    },
    caughtBy: ['answers at once where a JSON parser has eaten the body'],
  },
  'waits for a body that a parser has eaten': {
    parts: {
      readBody: (req) =>
        new Promise((resolve) => {
          const chunks: Buffer[] = [];
          req.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => resolve(Buffer.concat(chunks)));
        }),
    },
    caughtBy: [
      'answers at once where a JSON parser has eaten the body',
      'answers at once where something has read the body and kept nothing',
      'gives a body up that is aborted half way, and goes on serving',
      'reads a request that middleware has paused',
    ],
  },
  'does not see that the sender stalls': {
    parts: {
      readBody: (req, limits) =>
        soundParts.readBody(req, { ...limits, clock: { ...limits.clock, after: () => () => undefined } }),
    },
    caughtBy: ['gives a body up of which nothing more comes', 'gives a chunked body up of which nothing more comes'],
  },
  'counts a body only when all of it is there': {
    parts: { readBody: (req, limits) => soundParts.readBody(req, { ...limits, maxBytes: Number.MAX_SAFE_INTEGER }) },
    caughtBy: ['refuses a body without a length as soon as it is over the limit'],
  },
  'mixes bodies up that come at once': {
    parts: {
      async readBody(req, limits) {
        const bytes = await soundParts.readBody(req, limits);
        const other = waiting;
        waiting = undefined;
        other?.resolve(bytes);
        return (
          other?.bytes ??
          new Promise((resolve) => {
            waiting = { bytes, resolve };
          })
        );
      },
    },
    caughtBy: ['keeps a hundred deliveries that come at once apart'],
  },
  'keeps what Node makes of headers': {
    parts: {
      headers: (req) =>
        headersFromEntries(Object.entries(req.headers).map(([name, value]) => [name, `${value ?? ''}`])),
    },
    caughtBy: ['refuses an Authorization that arrives twice'],
  },
  'believes X-Forwarded-For': {
    parts: { address: (req) => `${req.headers['x-forwarded-for'] ?? req.socket.remoteAddress}`.split(',')[0]?.trim() },
    caughtBy: ['never believes a forged sender where no proxy is trusted'],
  },
  'believes X-Real-IP': {
    parts: { address: (req) => `${req.headers['x-real-ip'] ?? req.socket.remoteAddress}` },
    caughtBy: ['never believes a forged sender where no proxy is trusted'],
  },
  'keeps the first of a doubled header': {
    parts: {
      headers: (req) =>
        headersFromEntries(Object.entries(req.headersDistinct).map(([name, values]) => [name, values?.[0] ?? ''])),
    },
    caughtBy: ['refuses a credential that arrives twice, even twice the same'],
  },
  'drops all but the last X-Forwarded-For': {
    parts: {
      headers: (req) =>
        headersFromEntries(Object.entries(req.headersDistinct).map(([name, values]) => [name, values?.at(-1) ?? ''])),
    },
    caughtBy: ['believes two trusted proxies, and nothing beyond them'],
  },
  'drops all but the first X-Forwarded-For': {
    parts: {
      headers: (req) =>
        headersFromEntries(Object.entries(req.headersDistinct).map(([name, values]) => [name, values?.[0] ?? ''])),
    },
    caughtBy: [
      'refuses what is forged through one trusted proxy',
      'refuses what is forged through two trusted proxies',
    ],
  },
  'puts header values into lower case': {
    parts: { headers: (req) => headersFromRaw(req.rawHeaders.map((text) => text.toLowerCase())) },
    caughtBy: ['leaves the case of a header value alone'],
  },
  'finds headers in lower case only': {
    parts: {
      headers(req) {
        const raw = req.rawHeaders.flatMap((name, index) =>
          index % 2 === 0 && name === name.toLowerCase() ? [name, req.rawHeaders[index + 1] ?? ''] : [],
        );
        return headersFromRaw(raw);
      },
    },
    caughtBy: ['finds a header whatever the case of its name'],
  },
  'decodes the path once more': {
    parts: { path: (path) => decodeURIComponent(path) },
    caughtBy: ['reads a token from the path, decoded once, and from the query'],
  },
  'answers 200 whatever happened': {
    parts: { response: (outcome) => ({ ...outcomeResponse(outcome), status: 200 }) },
    caughtBy: [
      'refuses a delivery without its credential',
      'refuses a source that does not exist',
      'answers 500 where a handler throws',
    ],
  },
  'answers a refusal with the status alone': {
    parts: {
      response(outcome) {
        const { status, headers, body } = outcomeResponse(outcome);
        return { status, headers, body: status < 400 ? body : '{}' };
      },
    },
    caughtBy: ['refuses a delivery without its credential'],
  },
  'does not say which method is allowed': {
    parts: {
      response(outcome) {
        const { allow: _allow, ...headers } = outcomeResponse(outcome).headers;
        return { ...outcomeResponse(outcome), headers };
      },
    },
    caughtBy: ['refuses every method but POST, and names it'],
  },
  'tells the sender what the handler threw': {
    parts: {
      response(outcome) {
        const answer = outcomeResponse(outcome);
        const body = JSON.stringify({ ...JSON.parse(answer.body), error: 'rejected, as the delivery wanted it' });
        return outcome.kind === 'failed' ? { ...answer, body } : answer;
      },
    },
    caughtBy: ['says nothing of the error to the sender'],
  },
  'counts characters for the length': {
    parts: { lengthOf: (body) => body.length, refuse: (_req, res, body) => void res.end(body) },
    caughtBy: ['answers whole where the answer is not ASCII'],
  },
  'hangs up on a sender it refuses': {
    parts: {
      refuse(req, res, body) {
        res.end(body, () => req.socket.destroy());
      },
    },
    caughtBy: ['lets a sender that reads only when it is through read its refusal'],
  },
  'waits until a refused sender is through': {
    parts: { refuse: (req, res, body) => void req.on('end', () => res.end(body)).resume() },
    caughtBy: [
      'refuses a body one byte over the limit by its length, before any of it was sent',
      'refuses a foreign address before a byte of the body was sent',
    ],
  },
  'listens to a refused sender for ever': {
    parts: {
      refuse(req, res, body) {
        res.write(body);
        req.on('pause', () => req.resume()).resume();
      },
    },
    caughtBy: ['lets a sender that does not stop read its refusal, and then closes the connection'],
  },
  'takes every answer of the route for handled': {
    parts: { taken: () => true },
    caughtBy: ['without handlers, takes a delivery for handled only when the route has answered well'],
  },
  'takes no answer of the route for handled': {
    parts: { taken: () => false },
    caughtBy: ['without handlers, takes a delivery for handled only when the route has answered well'],
  },
  'passes nothing on': {
    parts: { passOn: () => undefined },
    caughtBy: ['without handlers, gives a verified delivery to the route behind'],
  },
};

const leaveOut = {
  'works at the root': 'The bare adapter has one place.',
  'works below a prefix': 'The bare adapter has one place.',
  'works below a router': 'The bare adapter has one place.',
  'works as a route with parameters': 'The bare adapter has one place.',
};

describe('a sound adapter keeps the contract', () => {
  for (const { name, leftOut, run } of adapterContract(bareHarness(), leaveOut)) {
    (leftOut === undefined ? test : test.skip)(name, run);
  }
});

describe('the contract catches an adapter that', () => {
  const flaws = Object.entries(broken).flatMap(([flaw, { parts, caughtBy }]) =>
    caughtBy.map((name) => ({ flaw, parts, name })),
  );
  test.each(flaws)('$flaw: $name', async ({ parts, name }) => {
    const cases = adapterContract(bareHarness(parts, 400), leaveOut);
    const [wanted] = cases.filter((one) => one.name === name);
    await expect(wanted?.run()).rejects.toThrow();
  });
});

test('leaves cases out by name and with a reason only', () => {
  expect(() => adapterContract(bareHarness(), { 'works at the root': ' ' })).toThrow(/without a reason/);
  const unknown: object = { 'works at the moon': 'It does not.' };
  expect(() => adapterContract(bareHarness(), unknown)).toThrow(/no case "works at the moon"/);
});

test('leaves cases out that let time pass, where the server runs in another process', () => {
  const cases = adapterContract({ ...bareHarness(), inProcess: false });
  expect(cases.filter(({ leftOut }) => leftOut !== undefined).map(({ name }) => name)).toEqual([
    'gives a body up of which nothing more comes',
    'gives a body up of which nothing ever comes',
    'gives a chunked body up of which nothing more comes',
    'answers 202 at the deadline where a handler never ends',
  ]);
});
