import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { connect } from 'node:net';
import type { Outcome } from '@mediahooks/core';
import { writeOutcome } from '@mediahooks/node';
import { listen, manualClock } from '@mediahooks/testing';

const base = { deliveryId: 'd', source: 'ignite', events: [] };
const handled: Outcome = { ...base, kind: 'handled' };
const refused: Outcome = { ...base, kind: 'rejected', rejection: { code: 'unknown-source', hint: '' } };

/** Gives a server one request, and what came back. */
const answered = async (write: (res: ServerResponse) => void): Promise<readonly [number, string]> => {
  const { origin, stop } = await listen((_req, res) => write(res));
  const response = await fetch(origin);
  const answer = [response.status, await response.text()] as const;
  await stop();
  return answer;
};

test('writes the answer with its length in bytes', async () => {
  const { origin, stop } = await listen((_req, res) => writeOutcome(res, { ...handled, deliveryId: 'é' }));
  const response = await fetch(origin);
  const bytes = await response.bytes();
  expect([response.status, response.headers.get('content-length')]).toEqual([200, `${bytes.length}`]);
  expect(JSON.parse(Buffer.from(bytes).toString())).toEqual({ outcome: 'handled', delivery: 'é' });
  await stop();
});

test('leaves an answer alone that somebody else has begun or ended', async () => {
  const ended = await answered((res) => {
    res.end('mine');
    writeOutcome(res, refused);
  });
  expect(ended).toEqual([200, 'mine']);
  const begun = await answered((res) => {
    res.write('mi');
    writeOutcome(res, refused);
    res.end('ne');
  });
  expect(begun).toEqual([200, 'mine']);
});

test('writes nothing where the delivery was passed on', async () => {
  const passed = await answered((res) => {
    writeOutcome(res, { ...base, kind: 'passed' });
    res.statusCode = 201;
    res.end('the route');
  });
  expect(passed).toEqual([201, 'the route']);
});

test('does not throw where the connection is gone, or the response is broken', async () => {
  const results: unknown[] = [];
  const { origin, stop } = await listen((_req, res) => {
    res.writeHead = () => {
      throw new Error('broken by middleware');
    };
    results.push(writeOutcome(res, handled));
    results.push(writeOutcome(res, handled));
  });
  await expect(fetch(origin)).rejects.toThrow();
  expect(results).toEqual([undefined, undefined]);
  await stop();
});

test('closes the connection to a refused sender that neither sends on nor goes, after five seconds', async () => {
  const clock = manualClock();
  const { origin, stop } = await listen((_req, res) => writeOutcome(res, refused, { clock }));
  const socket = connect(Number(new URL(origin).port), '127.0.0.1');
  socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\nsome');
  let answer = '';
  socket.on('data', (text) => {
    answer += text;
  });
  await once(socket, 'data');
  expect(answer).toMatch(/^HTTP\/1.1 404 .*connection: close.*"unknown-source"/is);
  await clock.untilSet(5_000);
  clock.advance(4_999);
  await new Promise((resolve) => socket.write('more', resolve));
  expect(socket.readableEnded).toBe(false);
  clock.advance(1);
  await once(socket, 'end');
  await stop();
});

test('hears a refused sender out, also where something pauses the request', async () => {
  const { origin, stop } = await listen((req, res) => {
    writeOutcome(res, refused, { clock: manualClock() });
    req.once('data', () => req.pause());
  });
  const socket = connect(Number(new URL(origin).port), '127.0.0.1');
  socket.resume();
  socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 8\r\n\r\nfour');
  await new Promise((resolve) => setImmediate(resolve));
  socket.write('more');
  await once(socket, 'end');
  await stop();
});

test('keeps the connection of a refused sender that has sent everything', async () => {
  // why: the listener is called before Node has looked at the body, and no receiver answers that early.
  const { origin, stop } = await listen((_req, res) => void setImmediate(() => writeOutcome(res, refused)));
  const response = await fetch(origin, { method: 'POST', body: 'all of it' });
  expect([response.status, response.headers.get('connection')]).toEqual([404, 'keep-alive']);
  expect(await response.json()).toMatchObject({ code: 'unknown-source' });
  await stop();
});
