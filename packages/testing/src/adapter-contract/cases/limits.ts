import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { adapterCase, assertAccepted, assertRefused, signed, targetOf } from '../adapter-case.ts';
import { maxBodyBytes } from '../contract-receiver.ts';

const bodyOf = (bytes: number): Buffer => Buffer.from(JSON.stringify('x'.repeat(bytes - 2)));
const half = Buffer.alloc(1_000, 'x');

export const limitCases = {
  'takes a body as large as the limit, with a length and without': adapterCase({}, async ({ send }) => {
    const body = bodyOf(maxBodyBytes);
    assertAccepted(await send('/signed', signed(body)), 200, 'handled');
    const { headers = [] } = signed(body);
    assertAccepted(await send('/signed', { headers, chunks: [body] }), 200, 'handled');
  }),
  'refuses a body one byte over the limit by its length, before any of it was sent': adapterCase(
    {},
    async ({ connect, server }) => {
      const { headers = [] } = signed(bodyOf(maxBodyBytes + 1));
      const wire = await connect();
      const length = `${maxBodyBytes + 1}`;
      wire.sendHead('POST', targetOf(`${server.url}/signed`), [...headers, ['content-length', length]]);
      assertRefused(await wire.answer(), 413, 'body-too-large');
    },
  ),
  'refuses a body without a length as soon as it is over the limit': adapterCase({}, async ({ connect, server }) => {
    const { headers = [] } = signed('');
    const wire = await connect();
    wire.sendHead('POST', targetOf(`${server.url}/signed`), [...headers, ['transfer-encoding', 'chunked']]);
    void wire.sendChunk(Buffer.alloc(maxBodyBytes + 1, 'x'));
    assertRefused(await wire.answer(), 413, 'body-too-large');
  }),
  'lets a sender that does not stop read its refusal, and then closes the connection': adapterCase(
    {},
    async ({ connect, server }) => {
      const wire = await connect();
      wire.sendHead('POST', targetOf(`${server.url}/signed`), [
        ['x-signature', '0'],
        ['transfer-encoding', 'chunked'],
      ]);
      let sending = true;
      const chunk = Buffer.alloc(65_536, 'x');
      const upload = (async () => {
        while (sending && wire.socket.writable) {
          await wire.sendChunk(chunk);
          // why: a server as fast as this loop would leave no turn for its answer to be read.
          await new Promise(setImmediate);
        }
      })();
      assertRefused(await wire.answer({ endMayBeLost: true }), 413, 'body-too-large');
      await wire.closed();
      sending = false;
      wire.destroy();
      await upload;
    },
  ),
  'lets a sender that reads only when it is through read its refusal': adapterCase(
    {},
    async ({ connect, server, recorded }) => {
      const piece = bodyOf(maxBodyBytes);
      const pieces = 32;
      const wire = await connect();
      // why: a connection that is closed over bytes still coming is reset, and then what was not read yet is lost.
      wire.socket.pause();
      const length = `${piece.length * pieces}`;
      wire.sendHead('POST', targetOf(`${server.url}/signed`), [['content-length', length]]);
      await recorded?.untilRefused('body-too-large');
      for (let sent = 0; sent < pieces; sent += 1) {
        await new Promise<void>((resolve) => wire.socket.write(piece, () => resolve()));
      }
      wire.socket.resume();
      assertRefused(await wire.answer(), 413, 'body-too-large');
    },
  ),
  'gives a body up that is aborted half way, and goes on serving': adapterCase(
    {},
    async ({ connect, send, server, recorded }) => {
      const wire = await connect();
      const { headers = [] } = signed(half);
      wire.sendHead('POST', targetOf(`${server.url}/signed`), [...headers, ['content-length', '2000']]);
      await new Promise<void>((resolve) => wire.socket.write(half, () => resolve()));
      wire.destroy();
      await recorded?.untilRefused('body-incomplete');
      assertAccepted(await send('/signed', signed('1')), 200, 'handled');
      if (recorded !== undefined) assert.equal(recorded.events.length, 1);
    },
  ),
  'gives a body up of which nothing more comes': adapterCase({}, async ({ clock, connect, server, send }) => {
    const wire = await connect();
    const { headers = [] } = signed(half);
    wire.sendHead('POST', targetOf(`${server.url}/signed`), [...headers, ['content-length', '2000']]);
    wire.socket.write(half);
    await clock.untilSet(stallMs);
    clock.advance(stallMs);
    assertRefused(await wire.answer(), 400, 'body-incomplete');
    assertAccepted(await send('/signed', signed('1')), 200, 'handled');
  }),
  'gives a body up of which nothing ever comes': adapterCase({}, async ({ clock, connect, server }) => {
    const wire = await connect();
    wire.sendHead('POST', targetOf(`${server.url}/signed`), [['content-length', '2000']]);
    await clock.untilSet(stallMs);
    clock.advance(stallMs - 1);
    clock.advance(1);
    assertRefused(await wire.answer(), 400, 'body-incomplete');
  }),
  'gives a chunked body up of which nothing more comes': adapterCase({}, async ({ clock, connect, server }) => {
    const wire = await connect();
    wire.sendHead('POST', targetOf(`${server.url}/signed`), [['transfer-encoding', 'chunked']]);
    void wire.sendChunk(half);
    await clock.untilSet(stallMs);
    clock.advance(stallMs);
    assertRefused(await wire.answer(), 400, 'body-incomplete');
  }),
  'refuses a compressed body': adapterCase({}, async ({ send }) => {
    const compressed = signed(gzipSync('{"a":1}'), [['content-encoding', 'gzip']]);
    assertRefused(await send('/signed', compressed), 415, 'unsupported-encoding');
    assertAccepted(await send('/signed', signed('1', [['content-encoding', 'identity']])), 200, 'handled');
  }),
};

/** The receiver's default. */
const stallMs = 10_000;
