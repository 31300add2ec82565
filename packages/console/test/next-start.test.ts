import { fileURLToPath } from 'node:url';
import { deliver, testCredentials } from '@mediahooks/testing';
import { buildNextApp, type NextApp } from '../../next/test/start/next-app.ts';
import type { NextServer } from '../../next/test/start/next-server.ts';
import { visitorOf } from './browser.ts';
import { type Kept, keptReceiver, type Listening, listen, receiverAnd } from './receiver.ts';

let kept: Kept;
let receiver: Listening;
let app: NextApp;
let server: NextServer;
let id = '';

beforeAll(async () => {
  // why: the receiver is another process than Next.js, with the same inbox; as it may be.
  kept = keptReceiver();
  kept.webhooks.on('*', () => {
    throw new Error('It always fails.');
  });
  receiver = await listen(receiverAnd(kept.webhooks, (_req, res) => res.writeHead(404).end()));
  await kept.webhooks.start();
  await deliver('ignite', 'video.created').sendTo(`${receiver.origin}/webhooks`);
  await kept.webhooks.drain({ idleMs: 200 });
  id = (await dead())[0] ?? '';
  app = await buildNextApp(fileURLToPath(new URL('next-app', import.meta.url)), {
    IGNITE_SECRET: testCredentials.ignite.secret,
    INBOX_PATH: kept.path,
  });
  server = await app.start({});
}, 180_000);

afterAll(async () => {
  await server?.stop();
  await app?.remove();
  await receiver?.close();
  await kept?.remove();
});

const dead = async (): Promise<string[]> => {
  const page = await kept.webhooks.inbox?.list({ status: 'dead' }, { limit: 10 });
  return page?.deliveries.map((delivery) => delivery.id) ?? [];
};

const login = { 'x-login': 'ada' };

describe.each([
  { name: 'the App Router', mount: '/tools/console' },
  { name: 'pages/api', mount: '/api/console' },
])('the console in $name after next build and next start', ({ mount }) => {
  const url = (path = '') => `${server.url}${mount}${path}`;

  test('is shown to whoever is logged in, and to nobody else', async () => {
    const shown = await fetch(url(), { headers: login });
    expect(shown.url).toBe(url('/overview'));
    expect({ status: shown.status, text: await shown.text() }).toEqual({
      status: 200,
      text: expect.stringContaining('1</b><span>dead letter'),
    });
    expect(shown.headers.get('content-security-policy')).toMatch(/^default-src 'none'/);
    expect(shown.headers.get('cache-control')).toMatch(/^no-store/);
    for (const path of ['/overview', '/deliveries', `/deliveries/${id}`, '/assets/console.js']) {
      expect((await fetch(url(path))).status).toBe(403);
    }
  });

  test('every link of its pages leads somewhere', async () => {
    for (const path of ['/overview', '/deliveries', `/deliveries/${id}`]) {
      const page = await fetch(url(path), { headers: login });
      for (const [, link = ''] of (await page.text()).matchAll(/(?:href|src)="([^"#][^"]*)"/g)) {
        const target = new URL(link.replaceAll('&amp;', '&'), page.url).href;
        expect({ target, status: (await fetch(target, { headers: login })).status }).toEqual({ target, status: 200 });
      }
    }
  });

  test('a replay is done for a form of its own, and not for one of another site or without its token', async () => {
    const visitor = visitorOf(url(), login);
    const token = await visitor.tokenOf(`deliveries/${id}`);
    const replay = `deliveries/${id}/replay`;
    expect((await visitor.post(replay, { token }, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect(
      (await visitor.post(replay, { token }, { 'sec-fetch-site': undefined, origin: 'https://evil.example' })).status,
    ).toBe(403);
    expect((await visitor.post(replay, {})).status).toBe(403);
    expect((await visitorOf(url()).post(replay, { token })).status).toBe(403);
    expect(await dead()).toEqual([id]);
    const done = await visitor.post(replay, { token });
    expect({ status: done.status, location: done.headers.get('location') }).toEqual({
      status: 303,
      location: expect.stringContaining('done=replay&events=1'),
    });
    await kept.webhooks.drain({ idleMs: 1500 });
    expect(await dead()).toEqual([id]);
  });

  test('a page that grows while it works comes in parts, and whole', async () => {
    const visitor = visitorOf(url(), login);
    const token = await visitor.tokenOf('bulk?action=replay&outcome=dead');
    const fields = { token, filter: 'outcome=dead', until: String(Date.now()), sure: 'yes' };
    const page = await (await visitor.post('bulk/replay', fields)).text();
    expect(page).toContain('Done: 1 delivery replayed, with 1 event.');
    expect(page).toMatch(/<\/html>\s*$/);
    await kept.webhooks.drain({ idleMs: 1500 });
  });

  test('its stream says when a page has changed', async () => {
    const aborting = new AbortController();
    const stream = await fetch(url('/live?page=deliveries'), { headers: login, signal: aborting.signal });
    expect(stream.headers.get('content-type')).toBe('text/event-stream');
    const states = new Set<string>();
    const decoder = new TextDecoder();
    for await (const chunk of stream.body ?? []) {
      const [, state] = /event: state\ndata: (\w+)/.exec(decoder.decode(chunk)) ?? [];
      if (state === undefined) continue;
      states.add(state);
      if (states.size === 2) break;
      const payload = { id: `of ${mount}`, createdAt: '2026-01-01T00:00:00Z', updatedAt: '2026-01-01T00:00:00Z' };
      await deliver('ignite', 'video.created', { payload, source: 'ignite' }).sendTo(`${receiver.origin}/webhooks`);
    }
    aborting.abort();
    expect(states.size).toBe(2);
    await kept.webhooks.drain({ idleMs: 200 });
    for (const other of (await dead()).filter((one) => one !== id)) await kept.webhooks.inbox?.discard(other);
  }, 15_000);
});

test("'local' lets nobody in where Next.js shows no connection, whatever a header says", async () => {
  for (const headers of [{}, { 'x-forwarded-for': '127.0.0.1' }]) {
    const response = await fetch(`${server.url}/local/overview`, { headers });
    expect({ status: response.status, text: await response.text() }).toEqual({
      status: 403,
      text: expect.stringContaining('does not show where a request comes from'),
    });
  }
});
