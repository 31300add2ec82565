import { once } from 'node:events';
import { connect } from 'node:net';
import { passToNext } from '@mediahooks/node';
import { listen } from '@mediahooks/testing';

const verified = {
  source: 'ignite',
  events: [],
  delivery: {
    id: 'd',
    source: 'ignite',
    receivedAt: new Date(0),
    headers: { get: () => undefined, all: () => [], entries: () => [] },
    query: new URLSearchParams(),
    body: new Uint8Array(),
  },
};

const passTo = async (status: number): Promise<boolean> => {
  const taken: Promise<boolean>[] = [];
  const { origin, stop } = await listen((req, res) => {
    taken.push(Promise.resolve(passToNext(req, res, () => res.writeHead(status).end())(verified)));
  });
  await (await fetch(origin)).text();
  const [result] = await Promise.all(taken);
  await stop();
  if (result === undefined) throw new Error('nothing was passed on');
  return result;
};

test('counts a delivery as taken where the route answers below 400', async () => {
  expect(await passTo(200)).toBe(true);
  expect(await passTo(204)).toBe(true);
  expect(await passTo(399)).toBe(true);
});

test('does not count a delivery as taken where the platform is told to send again, or no route was there', async () => {
  expect(await passTo(400)).toBe(false);
  expect(await passTo(404)).toBe(false);
  expect(await passTo(500)).toBe(false);
});

test('does not count a delivery as taken where the connection closes before the route has answered', async () => {
  const results: unknown[] = [];
  let done = (): void => undefined;
  const finished = new Promise<void>((resolve) => {
    done = resolve;
  });
  const { origin, stop } = await listen(async (req, res) => {
    results.push(await passToNext(req, res, () => socket.destroy())(verified));
    // why: by now the response is closed, and will not say so again.
    results.push(await passToNext(req, res, () => undefined)(verified));
    done();
  });
  const socket = connect(Number(new URL(origin).port), '127.0.0.1');
  await once(socket, 'connect');
  socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
  await finished;
  expect(results).toEqual([false, false]);
  await stop();
});

test('gives the route the delivery', async () => {
  const { origin, stop } = await listen((req, res) => {
    void passToNext(req, res, () => res.end(JSON.stringify(Reflect.get(req, 'webhook'))))(verified);
  });
  expect(await (await fetch(origin)).json()).toMatchObject({ source: 'ignite', events: [] });
  await stop();
});

// why: also where the test has failed, or the server would keep the run alive.
let atTheEnd: (() => Promise<void>) | undefined;
afterEach(async () => {
  await atTheEnd?.();
  atTheEnd = undefined;
});

test('counts a delivery as taken once the route has answered in full, also where the sender does not read the answer', async () => {
  // why: it would be in progress for as long as somebody keeps a captured one waiting, and the genuine one refused.
  const taken: Promise<boolean>[] = [];
  const { origin, stop } = await listen((req, res) => {
    const passed = passToNext(req, res, () => res.end('x'.repeat(50_000_000)))(verified);
    taken.push(Promise.resolve(passed));
    socket.emit('asked');
  });
  const socket = connect(Number(new URL(origin).port), '127.0.0.1');
  atTheEnd = async () => {
    socket.destroy();
    await stop();
  };
  socket.pause();
  const asked = once(socket, 'asked');
  await once(socket, 'connect');
  socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
  await asked;
  expect(await Promise.all(taken)).toEqual([true]);
});

test('counts a delivery as taken where the route answers at once a sender who has hung up', async () => {
  // why: whoever sends a captured delivery and hangs up could have the route run again and again.
  let done = (_results: readonly boolean[]): void => undefined;
  const finished = new Promise<readonly boolean[]>((resolve) => {
    done = resolve;
  });
  const { origin, stop } = await listen(async (req, res) => {
    const gone = once(res, 'close');
    socket.destroy();
    await gone;
    done([
      await passToNext(req, res, () => undefined)(verified),
      await passToNext(req, res, () => res.end('done'))(verified),
    ]);
  });
  const socket = connect(Number(new URL(origin).port), '127.0.0.1');
  atTheEnd = async () => {
    socket.destroy();
    await stop();
  };
  await once(socket, 'connect');
  socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
  expect(await finished).toEqual([false, true]);
});
