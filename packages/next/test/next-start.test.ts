import { fileURLToPath } from 'node:url';
import { deliver, type TestDelivery, testCredentials } from '@mediahooks/testing';
import { describeContract } from './start/describe-contract.ts';
import { startGate } from './start/gate.ts';
import { buildNextApp, type NextApp } from './start/next-app.ts';
import type { NextServer } from './start/next-server.ts';
import { startReverseProxy } from './start/reverse-proxy.ts';
import { sendChunks } from './start/send-chunks.ts';

const secrets = {
  IGNITE_SECRET: testCredentials.ignite.secret,
  TPSTREAMS_TOKEN: testCredentials.tpstreams.token,
  ECHO3D_URL_TOKEN: testCredentials.echo3d.urlToken,
  ECHO3D_API_KEY: testCredentials.echo3d.apiKey,
};

let app: NextApp;
let server: NextServer;

beforeAll(async () => {
  app = await buildNextApp(fileURLToPath(new URL('fixture-app', import.meta.url)), { ...secrets, TRUST_PROXY: '1' });
  server = await app.start({ RUNTIME_SECRET: 'whsec_only_at_run_time' });
}, 180_000);

afterAll(async () => {
  await server?.stop();
  await app?.remove();
});

const answerTo = async (delivery: TestDelivery, mount: string, at = server.url) => {
  const response = await delivery.sendTo(`${at}${mount}`);
  const answer = await response.json();
  return { status: response.status, code: answer.code ?? answer.outcome };
};

const seenBy = async (route: string, at = server.url) => {
  const response = await fetch(`${at}/seen`);
  const seen: {
    route: string;
    source: string;
    type: string;
    address?: string;
    payload: { id?: string };
    body: string;
  }[] = await response.json();
  return seen.filter((event) => event.route === route);
};

const video = (id: string) => ({ id, createdAt: '2026-01-01T00:00:00.000Z', updatedAt: '2026-01-01T00:00:00.000Z' });

const routes = [
  { name: 'the App Router', mount: '/webhooks', route: 'app' },
  { name: 'pages/api', mount: '/api/webhooks', route: 'pages' },
];

describe.each(routes)('a delivery to $name after next build and next start', ({ mount, route }) => {
  test('of Ignite is handled when it is signed', async () => {
    const delivery = deliver('ignite', 'video.created', { payload: video(`${route} signed`) });
    expect(await answerTo(delivery, mount)).toEqual({ status: 200, code: 'handled' });
    expect(await seenBy(route)).toContainEqual(
      expect.objectContaining({ source: 'ignite', type: 'video.created', payload: video(`${route} signed`) }),
    );
  });

  test('of Ignite is refused with one byte flipped', async () => {
    const delivery = deliver('ignite', 'video.created', { payload: video('flipped'), tamper: 'body' });
    expect(await answerTo(delivery, mount)).toEqual({ status: 401, code: 'credential-invalid' });
  });

  test('of Ignite is refused without a signature, and with two', async () => {
    const missing = deliver('ignite', 'video.created', { tamper: 'credential-missing' });
    expect(await answerTo(missing, mount)).toEqual({ status: 401, code: 'credential-missing' });
    const doubled = deliver('ignite', 'video.created', { tamper: 'credential-doubled' });
    expect(await answerTo(doubled, mount)).toEqual({ status: 401, code: 'credential-invalid' });
  });

  test('of TPStreams is handled with its token, and refused with another', async () => {
    expect(await answerTo(deliver('tpstreams', 'video.completed'), mount)).toEqual({ status: 200, code: 'handled' });
    const forged = deliver('tpstreams', 'video.completed', { tamper: 'credential' });
    expect(await answerTo(forged, mount)).toEqual({ status: 401, code: 'credential-invalid' });
  });

  test('of echo3D is handled with the token in its query, and refused with another', async () => {
    expect(await answerTo(deliver('echo3d', 'Upload'), mount)).toEqual({ status: 200, code: 'handled' });
    const forged = deliver('echo3d', 'Upload', { tamper: 'credential' });
    expect(await answerTo(forged, mount)).toEqual({ status: 401, code: 'credential-invalid' });
  });

  test('reaches the handler byte for byte', async () => {
    const body =
      `\uFEFF{ "id":"${route} exact","createdAt":"2026-01-01T00:00:00.000Z",`.replace('\uFEFF', ' ') +
      '"updatedAt":"2026-01-01T00:00:00.000Z","fps":1.0,"title":"\\u00e9é\u2028","big":12345678901234567890 }\n\r\n';
    expect(await answerTo(deliver('ignite', 'video.updated', { body }), mount)).toEqual({
      status: 200,
      code: 'handled',
    });
    const seen = (await seenBy(route)).find(({ payload }) => payload.id === `${route} exact`);
    expect(Buffer.from(seen?.body ?? '', 'base64')).toEqual(Buffer.from(body));
  });

  test('of bytes that are no text is refused for them only after they are proven', async () => {
    const body = Uint8Array.of(0x22, 0xff, 0xfe, 0x22);
    expect(await answerTo(deliver('ignite', 'video.updated', { body }), mount)).toEqual({
      status: 400,
      code: 'malformed-body',
    });
    const flipped = deliver('ignite', 'video.updated', { body, tamper: 'body' });
    expect(await answerTo(flipped, mount)).toEqual({ status: 401, code: 'credential-invalid' });
  });

  test('is refused over the limit, and taken at it', async () => {
    const padded = (bytes: number) => {
      const bare = JSON.stringify({ ...video(`${route} padded`), padding: '' });
      return JSON.stringify({ ...video(`${route} padded`), padding: 'x'.repeat(bytes - bare.length) });
    };
    const within = deliver('ignite', 'video.created', { body: padded(65_536) });
    expect(await answerTo(within, mount)).toEqual({ status: 200, code: 'handled' });
    const over = deliver('ignite', 'video.created', { body: padded(65_537) });
    expect(await answerTo(over, mount)).toEqual({ status: 413, code: 'body-too-large' });
  });

  test('in chunks is handled, and refused once they are over the limit', async () => {
    const delivery = deliver('ignite', 'video.created', { payload: video(`${route} chunked`) });
    expect(
      await sendChunks(`${server.url}${mount}`, delivery, [delivery.body.slice(0, 7), delivery.body.slice(7)]),
    ).toEqual({
      status: 200,
      code: 'handled',
    });
    const chunks = Array.from({ length: 40 }, () => new Uint8Array(2048).fill(0x20));
    expect(await sendChunks(`${server.url}${mount}`, delivery, chunks)).toEqual({
      status: 413,
      code: 'body-too-large',
    });
  });

  test('is refused when it is compressed', async () => {
    const delivery = deliver('ignite', 'video.created', { headers: { 'content-encoding': 'gzip' } });
    expect(await answerTo(delivery, mount)).toEqual({ status: 415, code: 'unsupported-encoding' });
  });

  test('of no source is answered 404, also with a path in its name', async () => {
    for (const source of ['nobody', '../webhooks/ignite', 'ignite/', 'a%2fb', '__proto__']) {
      const delivery = deliver('ignite', 'video.created', { source });
      expect(await answerTo(delivery, mount)).toEqual({ status: 404, code: 'unknown-source' });
    }
  });

  test.each(['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])(
    'by %s is answered 405 with what is allowed',
    async (method) => {
      const response = await fetch(`${server.url}${mount}/ignite`, { method });
      expect(response.status).toBe(405);
      expect(response.headers.get('allow')).toBe('POST');
      expect(response.headers.get('content-type')).toBe('application/problem+json');
      expect(await response.json()).toMatchObject({ code: 'method-not-allowed' });
    },
  );

  test('by HEAD is answered 405 without a body', async () => {
    const response = await fetch(`${server.url}${mount}/ignite`, { method: 'HEAD' });
    expect([response.status, response.headers.get('allow'), await response.text()]).toEqual([405, 'POST', '']);
  });

  test('among twenty at once is handled, each as its own', async () => {
    const ids = Array.from({ length: 20 }, (_, index) => `${route} at once ${index}`);
    const answers = await Promise.all(
      ids.map((id) => answerTo(deliver('ignite', 'video.created', { payload: video(id) }), mount)),
    );
    expect(answers).toEqual(ids.map(() => ({ status: 200, code: 'handled' })));
    const seen = (await seenBy(route)).map(({ payload }) => payload.id);
    expect(seen).toEqual(expect.arrayContaining(ids));
  });

  test('is recognised when it comes again', async () => {
    const delivery = deliver('ignite', 'video.created', { payload: video(`${route} twice`) });
    expect(await answerTo(delivery, mount)).toEqual({ status: 200, code: 'handled' });
    expect(await answerTo(delivery, mount)).toEqual({ status: 200, code: 'duplicate' });
  });
});

describeContract(() => server.url);

describe('the path of a delivery', () => {
  test.each([
    { mount: '/catch-all', route: 'app catch-all' },
    { mount: '/nested', route: 'app nested' },
    { mount: '/api/catch-all', route: 'pages catch-all' },
  ])('may carry the token of echo3D under $mount', async ({ mount, route }) => {
    const genuine = deliver('echo3d', 'Processed', { tokenIn: 'path' });
    expect(await answerTo(genuine, mount)).toEqual({ status: 200, code: 'handled' });
    const forged = deliver('echo3d', 'Processed', { tokenIn: 'path', tamper: 'credential' });
    expect(await answerTo(forged, mount)).toEqual({ status: 401, code: 'credential-invalid' });
    expect(await seenBy(route)).toMatchObject([{ source: 'echo3d', type: 'Processed' }]);
  });

  test("may be a folder of the source's own name", async () => {
    expect(await answerTo(deliver('ignite', 'video.created'), '/folders')).toEqual({ status: 200, code: 'handled' });
    const forged = deliver('ignite', 'video.created', { tamper: 'body' });
    expect(await answerTo(forged, '/folders')).toEqual({ status: 401, code: 'credential-invalid' });
  });

  test('has no slash at its end: Next.js redirects that', async () => {
    const response = await fetch(`${server.url}/webhooks/ignite/`, { method: 'POST', redirect: 'manual' });
    expect([response.status, response.headers.get('location')]).toEqual([308, '/webhooks/ignite']);
  });

  test('may be rewritten by next.config', async () => {
    const delivery = deliver('echo3d', 'Edit');
    expect(await answerTo(delivery, '/rewritten')).toEqual({ status: 200, code: 'handled' });
    const forged = deliver('echo3d', 'Edit', { tamper: 'credential' });
    expect(await answerTo(forged, '/rewritten')).toEqual({ status: 401, code: 'credential-invalid' });
  });
});

describe.each([
  { name: 'app', mount: '/behind-proxy', route: 'app behind proxy.ts' },
  { name: 'pages/api', mount: '/api/behind-proxy', route: 'pages behind proxy.ts' },
])('behind middleware (proxy.ts), a route of $name', ({ mount, route }) => {
  test('gets the bytes as they came', async () => {
    const body = ` ${JSON.stringify({ ...video(route), title: 'é'.repeat(50_000) })}\n`;
    expect(await answerTo(deliver('ignite', 'video.created', { body }), mount)).toEqual({
      status: 200,
      code: 'handled',
    });
    const [seen] = await seenBy(route);
    expect(Buffer.from(seen?.body ?? '', 'base64').equals(Buffer.from(body))).toBe(true);
  });

  test('refuses a flipped byte', async () => {
    const forged = deliver('ignite', 'video.created', { tamper: 'body' });
    expect(await answerTo(forged, mount)).toEqual({ status: 401, code: 'credential-invalid' });
  });
});

describe('a route that exports POST alone', () => {
  test('receives, and leaves other methods to Next.js', async () => {
    expect(await answerTo(deliver('ignite', 'video.created'), '/hooks-only-post')).toEqual({
      status: 200,
      code: 'handled',
    });
    const response = await fetch(`${server.url}/hooks-only-post/ignite`);
    expect([response.status, await response.text()]).toEqual([405, '']);
  });
});

describe('a pages/api route whose body Next.js parses', () => {
  test('answers at once, and names the line to add', async () => {
    const delivery = deliver('ignite', 'video.created');
    expect(await answerTo(delivery, '/api/parsed')).toEqual({ status: 500, code: 'body-already-parsed' });
    await server.written('export const config = { api: { bodyParser: false } };');
  });
});

describe('a route in the edge runtime', () => {
  test('handles what is genuine and refuses a flipped byte', async () => {
    expect(await answerTo(deliver('ignite', 'video.created'), '/edge')).toEqual({ status: 200, code: 'handled' });
    const forged = deliver('ignite', 'video.created', { tamper: 'body' });
    expect(await answerTo(forged, '/edge')).toEqual({ status: 401, code: 'credential-invalid' });
  });
});

describe('a receiver made by a function', () => {
  test('lets next build pass without its secret, and has it at run time', async () => {
    const secret = 'whsec_only_at_run_time';
    expect(await answerTo(deliver('ignite', 'video.created', { secret }), '/lazy')).toEqual({
      status: 200,
      code: 'handled',
    });
    expect(await answerTo(deliver('ignite', 'video.created'), '/lazy')).toEqual({
      status: 401,
      code: 'credential-invalid',
    });
  });
});

describe("the sender's address", () => {
  const gcoreAddress = testCredentials.gcore.address;

  const shown = async (headers: Record<string, string>) => {
    const response = await fetch(`${server.url}/forwarded`, { method: 'POST', headers });
    return response.json();
  };

  test('is shown to a route as next start saw it, or as the client says', async () => {
    expect(await shown({})).toBe('127.0.0.1');
    expect(await shown({ 'x-forwarded-for': gcoreAddress })).toBe(gcoreAddress);
  });

  test.each(routes)(
    "is the proxy's word at $name behind one proxy, whatever the sender wrote before",
    async ({ mount, route }) => {
      const nearby = await startReverseProxy(server.url, gcoreAddress);
      const elsewhere = await startReverseProxy(server.url, '198.51.100.7');
      try {
        const plain = deliver('gcore', 'video.ready', { forwardedFor: false });
        expect(await answerTo(plain, mount, nearby.url)).toEqual({ status: 200, code: 'handled' });
        expect(await seenBy(route)).toContainEqual(expect.objectContaining({ source: 'gcore', address: gcoreAddress }));
        expect(await answerTo(plain, mount, elsewhere.url)).toEqual({ status: 403, code: 'address-not-allowed' });
        for (const forwardedFor of [gcoreAddress, `${gcoreAddress}, ${gcoreAddress}`, `${gcoreAddress}, 10.0.0.1`]) {
          const spoofed = deliver('gcore', 'video.ready', { forwardedFor });
          expect(await answerTo(spoofed, mount, elsewhere.url)).toEqual({ status: 403, code: 'address-not-allowed' });
        }
      } finally {
        await Promise.all([nearby.close(), elsewhere.close()]);
      }
    },
  );

  test.each(routes)('is refused at $name where it cannot be read', async ({ mount }) => {
    for (const forwardedFor of ['unknown', `${gcoreAddress}:443`, '::ffff:203.0.113.1', '']) {
      const delivery = deliver('gcore', 'video.ready', { forwardedFor });
      expect(await answerTo(delivery, mount)).toEqual({ status: 403, code: 'address-not-allowed' });
    }
  });

  test("is the connection's in pages/api with trustProxy false, and no header changes that", async () => {
    for (const forwardedFor of [gcoreAddress, false as const]) {
      const delivery = deliver('gcore', 'video.ready', { forwardedFor });
      expect(await answerTo(delivery, '/api/no-proxy')).toEqual({ status: 403, code: 'address-not-allowed' });
    }
  });
});

describe('behind two proxies, with trustProxy 2', () => {
  let behindTwo: NextServer;

  beforeAll(async () => {
    behindTwo = await app.start({ TRUST_PROXY: '2' });
  }, 30_000);

  afterAll(() => behindTwo?.stop());

  test.each(routes)('$name believes what the outer proxy wrote', async ({ mount }) => {
    const inner = await startReverseProxy(behindTwo.url, '10.0.0.7');
    const outer = await startReverseProxy(inner.url, testCredentials.gcore.address);
    const foreign = await startReverseProxy(inner.url, '198.51.100.7');
    try {
      const plain = deliver('gcore', 'video.ready', { forwardedFor: false });
      const spoofed = deliver('gcore', 'video.ready');
      expect(await answerTo(plain, mount, outer.url)).toEqual({ status: 200, code: 'handled' });
      expect(await answerTo(plain, mount, foreign.url)).toEqual({ status: 403, code: 'address-not-allowed' });
      expect(await answerTo(spoofed, mount, foreign.url)).toEqual({ status: 403, code: 'address-not-allowed' });
      // why: past the outer proxy there is one entry less than proxies that are believed.
      expect(await answerTo(plain, mount, inner.url)).toEqual({ status: 403, code: 'address-not-allowed' });
    } finally {
      await Promise.all([outer.close(), foreign.close(), inner.close()]);
    }
  });
});

describe('without trustProxy, a source proven by its address', () => {
  test.each(routes)(
    'keeps $name from starting, and says why',
    async ({ mount }) => {
      const unset = await app.start({ TRUST_PROXY: '' });
      try {
        const response = await deliver('gcore', 'video.ready').sendTo(`${unset.url}${mount}`);
        expect(response.status).toBe(500);
        expect(await response.text()).not.toContain('trustProxy');
        expect(await unset.written('address-unavailable')).toMatch(/gcore is proven by .* trustProxy/);
      } finally {
        await unset.stop();
      }
    },
    30_000,
  );
});

describe('handlers that go on past the deadline', () => {
  test('are answered for with 202, and next start waits for them before it ends', async () => {
    const gate = await startGate();
    const ending = await app.start({ GATE: gate.url });
    try {
      expect(await answerTo(deliver('ignite', 'video.created'), '/deadline', ending.url)).toEqual({
        status: 202,
        code: 'handling',
      });
      await gate.reached;
      ending.terminate();
      await Promise.race([ending.ended, refused(ending.url)]);
      gate.open();
      const first = await Promise.race([gate.done.then(() => 'done'), ending.ended.then(() => 'ended')]);
      expect(first).toBe('done');
      await ending.ended;
    } finally {
      await ending.stop();
      await gate.close();
    }
  }, 30_000);

  test('are given to waitUntil in pages/api, where the platform has one', async () => {
    const gate = await startGate();
    const running = await app.start({ GATE: gate.url });
    try {
      expect(await answerTo(deliver('ignite', 'video.created'), '/api/deadline', running.url)).toEqual({
        status: 202,
        code: 'handling',
      });
      await gate.reached;
      gate.open();
      await gate.done;
    } finally {
      await running.stop();
      await gate.close();
    }
  }, 30_000);
});

/** Resolves once nothing listens there any more. */
const refused = async (url: string): Promise<void> => {
  for (;;) {
    try {
      await fetch(url, { method: 'HEAD' });
    } catch {
      return;
    }
  }
};
