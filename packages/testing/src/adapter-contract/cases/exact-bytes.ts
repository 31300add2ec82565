import assert from 'node:assert/strict';
import { adapterCase, assertAccepted, assertRefused, signed, targetOf } from '../adapter-case.ts';

/** Whoever parses and writes this JSON again writes other bytes. */
const awkward =
  '{ "z":1.0,"a":"\\u00e9 é \\ud83d\\ude00","big":12345678901234567890.123, "e":1E400,\t"2":0,"1":-0,"z":1.00}\r\n\n';

export const exactBytesCases = {
  'hands over the exact bytes: numbers, escapes, key order, white space and the last line break': adapterCase(
    {},
    async ({ send, recorded }) => {
      assertAccepted(await send('/signed', signed(awkward)), 200, 'handled');
      if (recorded === undefined) return;
      const [event] = recorded.events;
      assert.deepEqual(Buffer.from(event?.delivery.body ?? []), Buffer.from(awkward));
    },
  ),
  'hands over bytes that are not UTF-8 as they came': adapterCase({}, async ({ send }) => {
    const bytes = Buffer.from([0x22, 0xff, 0xfe, 0xc3, 0x28, 0x80, 0x00, 0x22]);
    // why: only who passes the signature over these very bytes gets as far as being told that they are not UTF-8.
    assertRefused(await send('/signed', signed(bytes)), 400, 'malformed-body');
    const decoded = Buffer.from(bytes.toString());
    assertRefused(await send('/signed', { ...signed(bytes), body: decoded }), 401, 'credential-invalid');
  }),
  'hands over a byte order mark': adapterCase({}, async ({ send }) => {
    const marked = Buffer.from([0xef, 0xbb, 0xbf, 0x31]);
    const answer = await send('/signed', signed(marked));
    assert.notEqual(answer.status, 401, `the mark was lost: ${answer.text}`);
    assertRefused(await send('/signed', { ...signed(marked), body: marked.subarray(3) }), 401, 'credential-invalid');
  }),
  'refuses a body of which one bit is another': adapterCase({}, async ({ send, recorded }) => {
    const bytes = Buffer.from(awkward);
    bytes[8] = (bytes[8] ?? 0) ^ 1;
    assertRefused(await send('/signed', { ...signed(awkward), body: bytes }), 401, 'credential-invalid');
    if (recorded !== undefined) assert.equal(recorded.events.length, 0);
  }),
  'hands over an empty body as no bytes': adapterCase({}, async ({ send }) => {
    assertRefused(await send('/signed', signed('')), 400, 'malformed-body');
    assertRefused(await send('/signed', { ...signed('1'), body: Buffer.alloc(0) }), 401, 'credential-invalid');
  }),
  'takes a request without any body for an empty one': adapterCase({}, async ({ send }) => {
    assertRefused(await send('/signed', { headers: signed('').headers ?? [] }), 400, 'malformed-body');
  }),
  'puts a chunked body together, wherever it was cut': adapterCase({}, async ({ send, recorded }) => {
    const bytes = Buffer.from(awkward);
    const chunks = Array.from(bytes, (_byte, index) => bytes.subarray(index, index + 1));
    assertAccepted(await send('/signed', { headers: signed(bytes).headers ?? [], chunks }), 200, 'handled');
    if (recorded !== undefined) assert.deepEqual(Buffer.from(recorded.events[0]?.delivery.body ?? []), bytes);
    const shortened = { headers: signed(bytes).headers ?? [], chunks: chunks.slice(1) };
    assertRefused(await send('/signed', shortened), 401, 'credential-invalid');
  }),
  'puts a body together that comes in several packets': adapterCase({}, async ({ connect, server }) => {
    const { headers = [] } = signed(awkward);
    const bytes = Buffer.from(awkward);
    const wire = await connect();
    wire.sendHead('POST', targetOf(`${server.url}/signed`), [...headers, ['content-length', `${bytes.length}`]]);
    for (const byte of bytes) {
      await new Promise<void>((resolve) => wire.socket.write(Buffer.of(byte), () => resolve()));
    }
    assertAccepted(await wire.answer(), 200, 'handled');
  }),
};
