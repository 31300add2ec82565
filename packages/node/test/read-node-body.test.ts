import { once } from 'node:events';
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type NodeRequest, readNodeBody } from '@mediahooks/node';
import { listen, manualClock } from '@mediahooks/testing';

const limits = () => ({ maxBytes: 100, stallMs: 10_000, clock: manualClock() });
const bytes = Buffer.from('{"a": 1.0}');

/** A request whose body is there already. */
const requestOf = (
  body: Uint8Array | undefined,
  left: object = {},
  headers: Record<string, string> = {},
): NodeRequest => {
  const req: NodeRequest = Object.assign(new IncomingMessage(new Socket()), left);
  Object.assign(req.headers, headers);
  if (body !== undefined) {
    req.push(body);
    req.push(null);
  }
  return req;
};

const drained = async (left: object): Promise<NodeRequest> => {
  const req = requestOf(bytes);
  for await (const _ of req);
  return Object.assign(req, left);
};

const refused = (code: string, hint: RegExp) => expect.objectContaining({ code, message: expect.stringMatching(hint) });

test('reads a body that nobody has touched, whatever req.body says', async () => {
  // why: Express 4 sets an empty object on requests its parsers left alone.
  expect(await readNodeBody(requestOf(bytes, { body: {} }), limits())).toEqual(bytes);
});

test('takes bytes that were kept, and prefers rawBody to what is still in the request', async () => {
  const kept = Uint8Array.of(1, 2);
  expect(await readNodeBody(requestOf(bytes, { rawBody: kept }), limits())).toBe(kept);
  expect(await readNodeBody(await drained({ rawBody: kept }), limits())).toBe(kept);
  expect(await readNodeBody(await drained({ body: kept }), limits())).toBe(kept);
});

test('names what has been found instead of the bytes', async () => {
  const cases: readonly (readonly [object, RegExp])[] = [
    [{ body: { a: 1 } }, /JSON or form parser.*req\.rawBody = buf/],
    [{ body: 'text' }, /text parser/],
    [{ body: { a: 1 }, rawBody: 'text' }, /rawBody is text/],
    [{}, /read to its end/],
  ];
  for (const [left, hint] of cases) {
    await expect(readNodeBody(await drained(left), limits())).rejects.toEqual(refused('body-already-parsed', hint));
  }
});

test('says what to do in the words of the framework', async () => {
  const reading = readNodeBody(await drained({ body: {} }), limits(), { parserMend: 'Move the parser.' });
  await expect(reading).rejects.toEqual(refused('body-already-parsed', /Move the parser\.$/));
});

test('looks for what parsers left where the framework keeps it', async () => {
  const left = { body: bytes };
  expect(await readNodeBody(await drained({}), limits(), { left })).toBe(bytes);
  expect(await readNodeBody(requestOf(bytes), limits(), { left: { body: 'text' } })).toEqual(bytes);
});

test('refuses a request of which an encoding was set', async () => {
  const req = requestOf(bytes);
  req.setEncoding('utf8');
  await expect(readNodeBody(req, limits())).rejects.toEqual(refused('body-already-parsed', /setEncoding\("utf8"\)/));
});

test('refuses a request that body-parser has marked as read, even with nothing read', async () => {
  const reading = readNodeBody(requestOf(undefined, { _body: true, body: {} }), limits());
  await expect(reading).rejects.toEqual(refused('body-already-parsed', /JSON/));
});

test('takes an empty body for empty, whoever has read it', async () => {
  const req = requestOf(Buffer.alloc(0));
  for await (const _ of req);
  expect(await readNodeBody(req, limits())).toHaveLength(0);
});

test('refuses a body that is longer or shorter than announced', async () => {
  for (const length of [bytes.length - 1, bytes.length + 1]) {
    const reading = readNodeBody(requestOf(bytes, {}, { 'content-length': `${length}` }), limits());
    await expect(reading).rejects.toEqual(refused('body-incomplete', /Content-Length/));
  }
  const exact = requestOf(bytes, {}, { 'content-length': `${bytes.length}` });
  expect(await readNodeBody(exact, limits())).toEqual(bytes);
});

test('refuses at once where the sender has gone already', async () => {
  const req = requestOf(undefined);
  req.destroy();
  await expect(readNodeBody(req, limits())).rejects.toEqual(refused('body-incomplete', /went away/));
});

test('needs no timer for a body that came whole', async () => {
  const req = Object.assign(requestOf(bytes, {}, { 'content-length': `${bytes.length}` }), { complete: true });
  const after = (): never => {
    throw new Error('A timer was set.');
  };
  expect(await readNodeBody(req, { ...limits(), clock: { now: Date.now, after } })).toEqual(bytes);
  await once(req, 'end');
});

test('takes a body whole that came in pieces', async () => {
  const pieces = [bytes, Buffer.from(' '), Buffer.from('\n')];
  const whole = Buffer.concat(pieces);
  const req = Object.assign(requestOf(undefined, {}, { 'content-length': `${whole.length}` }), { complete: true });
  for (const piece of [...pieces, null]) req.push(piece);
  expect(await readNodeBody(req, limits())).toEqual(whole);
  await once(req, 'end');
});

test('shares the bytes with whoever listens in the same turn, before it or after', async () => {
  const { origin, stop } = await listen(async (req, res) => {
    const heard = [0, 0];
    const count = (index: number) => (chunk: Buffer) => {
      heard[index] = (heard[index] ?? 0) + chunk.length;
    };
    if (req.url === '/before') req.on('data', count(0));
    const reading = readNodeBody(req, limits());
    if (req.url === '/after') req.on('data', count(1));
    res.end(JSON.stringify([(await reading).length, ...heard]));
  });
  const answers = ['', 'before', 'after'].map(async (path) =>
    (await fetch(`${origin}/${path}`, { method: 'POST', body: bytes })).json(),
  );
  expect(await Promise.all(answers)).toEqual([
    [10, 0, 0],
    [10, 10, 0],
    [10, 0, 10],
  ]);
  await stop();
});

test('refuses at once where somebody else takes the bytes, or closes the request, before it could', async () => {
  const announced = { 'content-length': `${bytes.length}` };
  const taken = requestOf(bytes, {}, announced);
  const reading = readNodeBody(taken, limits());
  process.nextTick(() => taken.read());
  await expect(reading).rejects.toEqual(refused('body-already-parsed', /read to its end/));
  const closed = requestOf(bytes, {}, announced);
  const other = readNodeBody(closed, limits());
  process.nextTick(() => closed.destroy());
  await expect(other).rejects.toEqual(refused('body-incomplete', /went away/));
});

test('takes a body as long as the limit, and not one byte more', async () => {
  expect(await readNodeBody(requestOf(Buffer.alloc(100)), limits())).toHaveLength(100);
  await expect(readNodeBody(requestOf(Buffer.alloc(101)), limits())).rejects.toEqual(refused('body-too-large', /100/));
});

test('waits anew after each byte, and gives up one stall after the last', async () => {
  const patience = limits();
  const req = requestOf(undefined);
  const reading = readNodeBody(req, patience);
  const send = async (text: string): Promise<void> => {
    const seen = once(req, 'data');
    req.push(Buffer.from(text));
    await seen;
  };
  patience.clock.advance(9_999);
  await send('{');
  patience.clock.advance(9_999);
  await send('}');
  patience.clock.advance(10_000);
  await expect(reading).rejects.toEqual(refused('body-incomplete', /10000 ms/));
});

test('keeps no chunk of a body that comes in very small ones, each of which takes far more memory than its bytes', async () => {
  setFlagsFromString('--expose_gc');
  const collectGarbage: unknown = runInNewContext('gc');
  if (typeof collectGarbage !== 'function') throw new Error('gc is not there');
  const req = requestOf(undefined);
  const count = 500;
  const reading = readNodeBody(req, { ...limits(), maxBytes: count });
  const chunks: WeakRef<Uint8Array>[] = [];
  for (let index = 0; index < count; index += 1) {
    const chunk = Buffer.alloc(65_536, index % 256).subarray(0, 1);
    chunks.push(new WeakRef(chunk));
    req.push(chunk);
    if (index % 50 === 49) await new Promise((resolve) => setImmediate(resolve));
  }
  collectGarbage();
  expect(chunks.filter((chunk) => chunk.deref() !== undefined).length).toBeLessThan(count / 5);
  req.push(null);
  expect(await reading).toEqual(Buffer.from(Uint8Array.from({ length: count }, (_, index) => index % 256)));
});
