import { deliver } from '@mediahooks/testing';
import { type AuditEntry, type Authorize, type WebhookConsoleOptions, webhookConsole } from '../src/index.ts';
import { visitorOf } from './browser.ts';
import { type Mounted, mounts } from './mounts.ts';
import { type Kept, keptReceiver, type Listening, listen, receiverAnd } from './receiver.ts';

let kept: Kept;
let receiver: Listening;
/** A dead letter, and a text that is in it alone. */
let deadId = '';
const inPayload = 'Only In The Payload';

beforeAll(async () => {
  kept = keptReceiver();
  kept.webhooks.on('*', () => {
    throw new Error('It always fails.');
  });
  receiver = await listen(receiverAnd(kept.webhooks, (_req, res) => res.writeHead(404).end()));
  await kept.webhooks.start();
  const payload = { id: 'v1', title: inPayload, createdAt: '2026-01-01T00:00:00Z', updatedAt: '2026-01-01T00:00:00Z' };
  await deliver('ignite', 'video.created', { payload }).sendTo(`${receiver.origin}/webhooks`);
  await kept.webhooks.drain({ idleMs: 200 });
  deadId = (await listed('dead'))[0] ?? '';
  expect(deadId).not.toBe('');
});

afterAll(async () => {
  await receiver.close();
  await kept.remove();
});

const listed = async (status: 'dead' | 'discarded'): Promise<string[]> => {
  const page = await kept.webhooks.inbox?.list({ status }, { limit: 10 });
  return page?.deliveries.map(({ id }) => id) ?? [];
};

const everything: Authorize = () => ({ view: true, act: true, reveal: true, user: 'ada' });

describe.each(mounts)('mounted in $name', ({ showsConnection, start }) => {
  const open: Mounted[] = [];
  const audited: AuditEntry[] = [];

  afterEach(async () => {
    for (const mounted of open.splice(0)) await mounted.close();
    audited.length = 0;
  });

  const mounted = async (authorize: WebhookConsoleOptions['authorize']): Promise<Mounted> => {
    const console = webhookConsole(kept.webhooks, {
      authorize,
      audit: (entry) => void audited.push(entry),
      logger: { info: () => undefined, error: () => undefined },
    });
    const one = await start(console);
    open.push(one);
    return one;
  };

  const dead = () => `deliveries/${deadId}`;

  test.each(['', '/'])('the mount itself%s leads to the overview', async (slash) => {
    const { url } = await mounted(everything);
    const response = await fetch(`${url}${slash}`);
    expect(response.url).toBe(`${url}/overview`);
    expect({ status: response.status, body: await response.text() }).toEqual({
      status: 200,
      body: expect.stringContaining('Deliveries over time'),
    });
  });

  test('every link, form and file of a page leads somewhere', async () => {
    const { url } = await mounted(everything);
    const pages = ['overview', 'deliveries', dead(), 'subject?name=ignite%20video%3Av1', 'bulk?action=replay'];
    const seen = new Set<string>();
    for (const page of pages) {
      const response = await fetch(`${url}/${page}`);
      for (const [, link = ''] of (await response.text()).matchAll(/(?:href|src)="([^"#][^"]*)"/g)) {
        seen.add(new URL(link.replaceAll('&amp;', '&'), response.url).href);
      }
    }
    expect(seen.size).toBeGreaterThan(15);
    for (const link of seen) {
      expect({ link, inside: link.startsWith(`${url}/`), status: (await fetch(link)).status }).toEqual({
        link,
        inside: true,
        status: 200,
      });
    }
  });

  test.each(['overview', 'deliveries', 'deliveries/none', 'nowhere', 'assets/console.css', 'live?page=overview'])(
    '%s goes with its safety headers',
    async (page) => {
      const { url } = await mounted(everything);
      const aborting = new AbortController();
      const { headers } = await fetch(`${url}/${page}`, { signal: aborting.signal });
      aborting.abort();
      expect(Object.fromEntries(headers)).toMatchObject({
        'cache-control': expect.stringMatching(/^no-store/),
        'content-security-policy': expect.stringMatching(/^default-src 'none';.*frame-ancestors 'none'/),
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'same-origin',
      });
      expect(headers.get('content-security-policy')).not.toMatch(/unsafe|https?:|data:/);
    },
  );

  test.each([
    ['false', () => false],
    ['nothing', () => undefined],
    ['1', () => 1],
    ['a text', () => 'true'],
    ['permissions without view', () => ({ act: true, reveal: true })],
    ['a view that is only truthy', () => ({ view: 1 })],
  ])('nobody sees anything where authorize gives %s', async (_name, said) => {
    const authorize = (): boolean => Reflect.apply(said, undefined, []) as boolean;
    const { url } = await mounted(authorize);
    for (const path of [
      '',
      '/overview',
      '/deliveries',
      `/${dead()}`,
      '/assets/console.js',
      '/live?page=overview',
      '/nowhere',
    ]) {
      const response = await fetch(`${url}${path}`, { redirect: 'manual' });
      expect({ path, status: response.status }).toEqual({ path, status: 403 });
      expect(await response.text()).not.toMatch(/ignite|dead letter/);
    }
    const response = await visitorOf(url).post(`${dead()}/replay`, { token: '' });
    expect(response.status).toBe(403);
    expect(await listed('dead')).toEqual([deadId]);
  });

  test('nobody sees anything where authorize fails', async () => {
    const { url } = await mounted(() => Promise.reject(new Error('The session store is away.')));
    const response = await fetch(`${url}/overview`);
    expect({ status: response.status, body: await response.text() }).toEqual({
      status: 500,
      body: expect.not.stringMatching(/session store|ignite/),
    });
  });

  test('a response that authorize gives is sent instead: a way to the login', async () => {
    const { url } = await mounted(() => new Response(null, { status: 302, headers: { location: '/login' } }));
    const response = await fetch(`${url}/overview`, { redirect: 'manual' });
    expect({ status: response.status, location: response.headers.get('location') }).toEqual({
      status: 302,
      location: '/login',
    });
  });

  test("'local' lets this machine in where the connection is known, and nobody where it is not", async () => {
    const { url } = await mounted('local');
    expect((await fetch(`${url}/overview`)).status).toBe(showsConnection ? 200 : 403);
  });

  test.each(['x-forwarded-for', 'forwarded', 'x-real-ip'])(
    "'local' lets nobody in whose request says %s, whatever it says",
    async (name) => {
      const { url } = await mounted('local');
      for (const value of ['127.0.0.1', '203.0.113.9', 'for=127.0.0.1']) {
        expect((await fetch(`${url}/overview`, { headers: { [name]: value } })).status).toBe(403);
      }
    },
  );

  test('a replay that a page of the console sends is done, and written down', async () => {
    const { url } = await mounted(everything);
    const visitor = visitorOf(url);
    const token = await visitor.tokenOf(dead());
    const response = await visitor.post(`${dead()}/replay`, { token });
    expect(response.status).toBe(303);
    const back = new URL(response.headers.get('location') ?? '', `${url}/${dead()}/replay`);
    expect(back.href).toBe(`${url}/${dead()}?done=replay&events=1`);
    expect(audited).toEqual([
      expect.objectContaining({ action: 'replay', delivery: deadId, user: 'ada', result: '1 in line' }),
    ]);
    await kept.webhooks.drain({ idleMs: 200 });
    expect(await listed('dead')).toEqual([deadId]);
  });

  const forged = [
    ['of another site', { 'sec-fetch-site': 'cross-site' }],
    ['of another subdomain', { 'sec-fetch-site': 'same-site' }],
    ['that a person has typed', { 'sec-fetch-site': 'none' }],
    ['of another site, by an older browser', { 'sec-fetch-site': undefined, origin: 'https://evil.example' }],
    ['of another port', { 'sec-fetch-site': undefined, origin: 'http://127.0.0.1:1' }],
    ['of a sandbox', { 'sec-fetch-site': undefined, origin: 'null' }],
    ['of nobody', { 'sec-fetch-site': undefined, origin: undefined }],
  ] as const;

  test.each(forged)('a form %s changes nothing', async (_name, headers) => {
    const { url } = await mounted(everything);
    const visitor = visitorOf(url);
    const token = await visitor.tokenOf(dead());
    for (const action of ['replay', 'discard', 'reveal']) {
      const response = await visitor.post(`${dead()}/${action}`, { token }, headers);
      expect({ status: response.status, text: await response.text() }).toEqual({
        status: 403,
        text: expect.not.stringContaining(inPayload),
      });
    }
    expect(
      (await visitor.post('bulk/discard', { token, sure: 'yes', filter: '', until: `${Date.now()}` }, headers)).status,
    ).toBe(403);
    expect(await listed('dead')).toEqual([deadId]);
    expect(audited).toEqual([]);
  });

  test('a browser without Sec-Fetch-Site is known by its origin', async () => {
    const { url } = await mounted(everything);
    const visitor = visitorOf(url);
    const token = await visitor.tokenOf(dead());
    expect((await visitor.post(`${dead()}/replay`, { token }, { 'sec-fetch-site': undefined })).status).toBe(303);
    await kept.webhooks.drain({ idleMs: 200 });
  });

  test('a form without its token, or with another, changes nothing', async () => {
    const { url } = await mounted(everything);
    const [visitor, stranger] = [visitorOf(url), visitorOf(url)];
    const token = await visitor.tokenOf(dead());
    const foreign = await stranger.tokenOf(dead());
    const wrong: Readonly<Record<string, string>>[] = [
      {},
      { token: '' },
      { token: foreign },
      { token: `${token}0` },
      { token: token.replace(/.$/, (last) => (last === '0' ? '1' : '0')) },
    ];
    for (const fields of wrong) {
      expect((await visitor.post(`${dead()}/discard`, fields)).status).toBe(403);
    }
    expect((await visitor.post(`${dead()}/discard`, { token }, { cookie: 'mediahooks-console=' })).status).toBe(403);
    expect(await listed('dead')).toEqual([deadId]);
    expect(audited).toEqual([]);
  });

  test("a token is its user's alone", async () => {
    let user = 'ada';
    const { url } = await mounted(() => ({ view: true, act: true, user }));
    const visitor = visitorOf(url);
    const token = await visitor.tokenOf(dead());
    user = 'bob';
    expect((await visitor.post(`${dead()}/replay`, { token })).status).toBe(403);
  });

  test('who may only look sees no button, and cannot act or reveal', async () => {
    const { url } = await mounted(() => ({ view: true }));
    const visitor = visitorOf(url);
    const page = await (await visitor.get(dead())).text();
    expect(page).toContain(inPayload);
    expect(page).not.toContain('<form method="post"');
    // why: whoever may look has a cookie, and could make a token of it.
    const seeing = await mounted(() => ({ view: true, act: true }));
    const acting = visitorOf(seeing.url);
    const token = await acting.tokenOf(dead());
    expect((await acting.post(`${dead()}/reveal`, { token })).status).toBe(403);
    expect((await visitor.post(`${dead()}/replay`, { token })).status).toBe(403);
    expect((await visitor.get('bulk?action=discard')).status).toBe(403);
    expect(audited).toEqual([]);
  });

  test.each(['PUT', 'DELETE', 'PATCH'])('%s is not understood', async (method) => {
    const { url } = await mounted(everything);
    // why: Next.js itself answers methods that a route does not export.
    const response = await fetch(`${url}/${dead()}/replay`, { method });
    expect({ status: response.status, allow: response.headers.get('allow') }).toEqual({
      status: 405,
      allow: 'GET, HEAD, POST',
    });
  });

  test('a path that only looks like the mount is not the console', async () => {
    const { url } = await mounted(everything);
    const response = await fetch(`${url}.evil/overview`);
    expect(await response.text()).not.toContain('Deliveries over time');
  });
});
