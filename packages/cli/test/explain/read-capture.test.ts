import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCapture } from '../../src/explain/read-capture.ts';

const directory = mkdtempSync(join(tmpdir(), 'mediahooks-capture-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const read = (capture: Uint8Array | string, entry?: number) => {
  const request = readCapture(typeof capture === 'string' ? bytes(capture) : capture, entry, { directory });
  return { ...request, body: Buffer.from(request.body).toString() };
};

describe('a raw request', () => {
  const head = 'POST /webhooks/ignite?a=%20b HTTP/1.1\r\nHost: example.com\r\nX-Webhook-Signature:  t=1,v1=2 \r\n';

  test.each([
    ['with CRLF', `${head}\r\n`],
    ['with LF alone', `${head}\r\n`.replaceAll('\r', '')],
  ])('%s is read, its body to the byte', (_name, start) => {
    expect(read(`${start}{"a": "ü\r\n\\u00fc"}`)).toEqual({
      format: 'http',
      method: 'POST',
      target: '/webhooks/ignite?a=%20b',
      headerLines: [
        ['Host', 'example.com'],
        ['X-Webhook-Signature', 't=1,v1=2'],
      ],
      body: '{"a": "ü\r\n\\u00fc"}',
      notes: [],
    });
  });

  test('keeps bytes that are no text', () => {
    const capture = Uint8Array.from([...bytes('POST /x HTTP/1.1\n\n'), 0xff, 0x00, 0x0a, 0x80]);
    const { body } = readCapture(capture, undefined, { directory });
    expect([...body]).toEqual([0xff, 0x00, 0x0a, 0x80]);
  });

  test('ends where Content-Length says, and says what it left out', () => {
    const { body, notes } = read('POST /x HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}\n');
    expect({ body, notes }).toEqual({ body: '{}', notes: [expect.stringContaining('1 bytes')] });
  });

  test('notes a newline at the end that an editor may have added', () => {
    expect(read('POST /x HTTP/1.1\n\n{}\n')).toMatchObject({
      body: '{}\n',
      notes: [expect.stringContaining('newline')],
    });
  });

  test('is put together from its chunks', () => {
    const chunked = 'POST /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n{"a"\r\n3;x=y\r\n:1}\r\n0\r\n\r\n';
    expect(read(chunked)).toMatchObject({ body: '{"a":1}', headerLines: [] });
  });

  test('without a body, and with a whole URL, is read too', () => {
    expect(read('GET http://example.com/webhooks/ignite\nAccept: x')).toMatchObject({
      method: 'GET',
      target: '/webhooks/ignite',
      headerLines: [['Accept', 'x']],
      body: '',
    });
  });

  test('with a line that is no header is refused, by its number', () => {
    expect(() => read('POST /x HTTP/1.1\nwhsec_oops\n\n')).toThrow('Line 2 ');
    expect(() => read('POST /x HTTP/1.1\nwhsec_oops\n\n')).not.toThrow('whsec_oops');
  });
});

describe('a curl command', () => {
  test('as a browser copies it', () => {
    const command = [
      "curl 'http://127.0.0.1:3000/webhooks/echo3d?token=abc' \\",
      "  -X 'POST' -H 'Content-Type: application/json' \\",
      '  -H "X-Quote: say \\"hi\\"" --compressed --insecure -sSL \\',
      `  --data-raw $'{"a":"it\\'s \\u00fc"}'`,
    ].join('\n');
    expect(read(command)).toEqual({
      format: 'curl',
      method: 'POST',
      target: '/webhooks/echo3d?token=abc',
      headerLines: [
        ['host', '127.0.0.1:3000'],
        ['content-length', '15'],
        ['Content-Type', 'application/json'],
        ['X-Quote', 'say "hi"'],
      ],
      body: `{"a":"it's ü"}`,
      notes: [],
    });
  });

  test('reads the files it names, as curl does', () => {
    writeFileSync(join(directory, 'body.json'), '{"a":\r\n1}\n');
    expect(read('curl -d @body.json localhost/x').body).toBe('{"a":1}');
    expect(read('curl --data-binary @body.json localhost/x').body).toBe('{"a":\r\n1}\n');
    expect(() => read('curl --data-binary @missing.json localhost/x')).toThrow('there is no such file');
  });

  test.each([
    ['curl localhost/x', 'GET', '/x'],
    ['$ curl -d a=1 -d b=2 localhost/x', 'POST', '/x'],
    ['curl -G -d a=1 localhost/x', 'GET', '/x?a=1'],
    ['curl -XPUT --url=http://localhost/x -d 1', 'PUT', '/x'],
    ['curl --json {} localhost/x', 'POST', '/x'],
  ])('%s is %s %s', (command, method, target) => {
    expect(read(command)).toMatchObject({ method, target });
  });

  test('says what it has of a form, of a file and of Windows', () => {
    expect(() => read('curl -F a=b localhost')).toThrow('form');
    expect(() => read('curl -H @headers localhost')).toThrow('headers from a file');
    expect(() => read('curl ^"http://localhost^"')).toThrow('as cURL (bash)');
    expect(() => read('curl -s')).toThrow('no URL');
    expect(() => read('curl localhost -H')).toThrow('ends after -H');
  });

  test('notes variables that nothing here replaces', () => {
    expect(read('curl -H "x: $TOKEN" localhost/x').notes).toEqual([expect.stringContaining('variables')]);
  });
});

describe('a HAR file', () => {
  const entry = (method: string, path: string, text?: string, encoding?: string) => ({
    startedDateTime: '2026-11-21T10:30:00.000Z',
    time: 3,
    request: {
      method,
      url: `https://example.com${path}`,
      httpVersion: 'h2',
      headers: [
        { name: ':method', value: method },
        { name: 'x-streams-token', value: 'abc' },
      ],
      ...(text !== undefined && { postData: { mimeType: 'application/json', text, ...(encoding && { encoding }) } }),
    },
  });
  const har = (...entries: readonly object[]): string => JSON.stringify({ log: { version: '1.2', entries } });

  test('gives its one POST, when it was, and its headers', () => {
    expect(read(har(entry('GET', '/'), entry('POST', '/webhooks/tpstreams?a=b', '{"a":"ü"}')))).toEqual({
      format: 'har',
      method: 'POST',
      target: '/webhooks/tpstreams?a=b',
      headerLines: [['x-streams-token', 'abc']],
      body: '{"a":"ü"}',
      notes: [],
      receivedAt: Date.UTC(2026, 10, 21, 10, 30),
    });
  });

  test('reads a body in base64', () => {
    expect(read(har(entry('POST', '/x', btoa('{}\n'), 'base64'))).body).toBe('{}\n');
  });

  test('of several, asks for one by number, without their queries', () => {
    const two = har(
      entry('POST', '/webhooks/a?token=secret', '1'),
      entry('GET', '/'),
      entry('POST', '/webhooks/b', '2'),
    );
    expect(() => read(two)).toThrow('--entry 3  POST /webhooks/b');
    expect(() => read(two)).not.toThrow('secret');
    expect(read(two, 3).body).toBe('2');
    expect(() => read(two, 9)).toThrow('no number 9');
  });

  test('notes what its recorder has lost', () => {
    expect(read(har(entry('POST', '/x'))).notes).toEqual([expect.stringContaining('no body')]);
    expect(read(har(entry('POST', '/x', '"\ufffd"'))).notes).toEqual([expect.stringContaining('could not read')]);
  });
});

test('anything else is refused, by what is known', () => {
  expect(() => read('hello')).toThrow('none of the forms');
  expect(() => read('\n')).toThrow('what was read is empty');
  expect(() => read('{"log":{}}')).toThrow('HAR');
});
