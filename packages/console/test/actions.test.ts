import { deliver } from '@mediahooks/testing';
import { type AuditHook, webhookConsole } from '../src/index.ts';
import { visitorOf } from './browser.ts';
import { type Kept, keptReceiver, type Listening, listen, receiverAnd } from './receiver.ts';

const many = 30;
let kept: Kept;
let server: Listening;
let audit: AuditHook = () => undefined;
const told: string[] = [];

beforeAll(async () => {
  kept = keptReceiver();
  const shown = webhookConsole(kept.webhooks, {
    authorize: () => ({ view: true, act: true, reveal: true, user: 'ada\u202E\n' }),
    audit: (entry) => audit(entry),
    logger: {
      info: (fields, message) => void told.push(`${message} ${JSON.stringify(fields)}`),
      error: () => undefined,
    },
  });
  server = await listen(receiverAnd(kept.webhooks, (req, res) => void shown.node(req, res)));
  for (let index = 0; index < many; index += 1) {
    const payload = {
      id: `s${index}`,
      type: 'livestream',
      live_stream: { stream_key: 'sk-hidden-0001', status: 'Streaming' },
    };
    await deliver('tpstreams', 'livestream.streaming', { payload }).sendTo(`${server.origin}/webhooks`);
  }
});

afterAll(async () => {
  await server.close();
  await kept.remove();
});

beforeEach(() => {
  told.length = 0;
  audit = () => undefined;
});

const ids = async (): Promise<string[]> => {
  const page = await kept.webhooks.inbox?.list({}, { limit: 100 });
  return page?.deliveries.map(({ id }) => id) ?? [];
};

test('a reveal shows what was redacted, once it is written down', async () => {
  const [id = ''] = await ids();
  const visitor = visitorOf(`${server.origin}/console`);
  const token = await visitor.tokenOf(`deliveries/${id}`);
  const shown = await (await visitor.post(`deliveries/${id}/reveal`, { token })).text();
  expect(shown).toContain('sk-hidden-0001');
  expect(told).toEqual([expect.stringMatching(/^console: reveal .*"action":"reveal"/)]);
  const body = await visitor.post(`deliveries/${id}/reveal`, { token, as: 'download' });
  expect(Object.fromEntries(body.headers)).toMatchObject({
    'content-type': 'application/octet-stream',
    'content-disposition': expect.stringMatching(/^attachment; filename="delivery-[\w-]+\.bin"$/),
    'content-security-policy': expect.stringContaining('sandbox'),
  });
  expect(await body.text()).toContain('sk-hidden-0001');
  expect(told).toHaveLength(2);
});

test('a reveal that cannot be written down shows nothing', async () => {
  const [id = ''] = await ids();
  const visitor = visitorOf(`${server.origin}/console`);
  const token = await visitor.tokenOf(`deliveries/${id}`);
  audit = () => Promise.reject(new Error('The audit log is full.'));
  for (const as of ['', 'download']) {
    const response = await visitor.post(`deliveries/${id}/reveal`, { token, as });
    expect(response.status).toBe(500);
    expect(await response.text()).not.toMatch(/sk-hidden-0001|audit log is full/);
  }
});

test.each(['', '/body'])('without it, deliveries/<id>%s has no secret', async (path) => {
  const [id = ''] = await ids();
  const text = await (await fetch(`${server.origin}/console/deliveries/${id}${path}`)).text();
  expect(text).toContain('stream_key');
  expect(text).not.toContain('sk-hidden-0001');
});

const bulk = async (): Promise<Response> => {
  const visitor = visitorOf(`${server.origin}/console`);
  const token = await visitor.tokenOf('bulk?action=discard');
  return visitor.post('bulk/discard', { token, filter: '', until: String(Date.now() + 1000), sure: 'yes' });
};

test.each([
  ['that nobody has confirmed', { sure: '' }],
  ['whose filter cannot be read', { filter: 'outcome=gone' }],
  ['without the time it was asked at', { until: 'now' }],
])('a bulk action %s does nothing', async (_name, wrong) => {
  const visitor = visitorOf(`${server.origin}/console`);
  const token = await visitor.tokenOf('bulk?action=discard');
  const fields = { token, filter: '', until: String(Date.now() + 1000), sure: 'yes' };
  expect((await visitor.post('bulk/discard', { ...fields, ...wrong })).status).toBe(400);
  expect(told).toEqual([]);
});

test('a bulk action stops where the audit fails, and says so', async () => {
  audit = () => {
    if (told.length === 3) throw new Error('The audit log is full.');
  };
  const text = await (await bulk()).text();
  expect(text).toContain('It stopped');
  expect(text).not.toContain('Done:');
  expect(text).toMatch(/<\/html>\s*$/);
  expect(told).toHaveLength(3);
});

test('a bulk action whose page is closed stops after the delivery that is being done', async () => {
  const url = 'http://localhost/console';
  const shown = webhookConsole(kept.webhooks, {
    authorize: () => true,
    audit: (entry) => audit(entry),
    logger: { info: () => void told.push('one'), error: () => undefined },
  });
  const page = await shown.fetch(new Request(`${url}/bulk?action=discard`));
  const fields = {
    token: /name="token" value="(\w+)"/.exec(await page.text())?.[1] ?? '',
    filter: '',
    until: String(Date.now() + 1000),
    sure: 'yes',
  };
  const headers = {
    cookie: page.headers.getSetCookie()[0]?.split(';')[0] ?? '',
    'sec-fetch-site': 'same-origin',
  };
  const body = new URLSearchParams(fields);
  let open: (reader: ReadableStreamDefaultReader<unknown> | undefined) => void = () => undefined;
  const opened = new Promise<ReadableStreamDefaultReader<unknown> | undefined>((resolve) => {
    open = resolve;
  });
  const closed = new Promise<void>((resolve) => {
    audit = async () => {
      if (told.length !== 3) return;
      await (await opened)?.cancel();
      resolve();
    };
  });
  const work = await shown.fetch(new Request(`${url}/bulk/discard`, { method: 'POST', headers, body }));
  open(work.body?.getReader());
  await closed;
  // why: in line behind what it would go on with.
  for (let turn = 0; turn < 10; turn += 1) await kept.webhooks.inbox?.discard('none');
  expect(told.length).toBe(3);
});
