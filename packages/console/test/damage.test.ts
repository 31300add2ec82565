import { DatabaseSync } from 'node:sqlite';
import { deliver } from '@mediahooks/testing';
import { webhookConsole } from '../src/index.ts';
import { visitorOf } from './browser.ts';
import { type Kept, keptReceiver, type Listening, listen, receiverAnd } from './receiver.ts';

let kept: Kept;
let server: Listening;
let whole: string;
let damaged: string;
let headless: string;

beforeAll(async () => {
  kept = keptReceiver();
  const shown = webhookConsole(kept.webhooks, {
    authorize: () => ({ view: true, act: true, reveal: true, user: 'ada' }),
    audit: () => undefined,
    logger: { info: () => undefined, error: () => undefined },
  });
  server = await listen(receiverAnd(kept.webhooks, (req, res) => void shown.node(req, res)));
  for (let count = 0; count < 3; count += 1) {
    await deliver('ignite', 'video.updated', {}).sendTo(`${server.origin}/webhooks`);
  }
  const ids = (await kept.webhooks.inbox?.list({}, { limit: 10 }))?.deliveries.map(({ id }) => id) ?? [];
  [whole = '', damaged = '', headless = ''] = ids;
  const file = new DatabaseSync(kept.path);
  const seqOf = '(SELECT seq FROM deliveries WHERE id = ?)';
  file.prepare(`UPDATE events SET payload = '{"password": hunter2}' WHERE delivery_seq = ${seqOf}`).run(damaged);
  file.prepare("UPDATE deliveries SET headers = 'hunter2' WHERE id = ?").run(headless);
  file.close();
});

afterAll(async () => {
  await server.close();
  await kept.remove();
});

const page = async (path: string): Promise<string> => {
  const response = await fetch(`${server.origin}/console/${path}`);
  const text = await response.text();
  expect([path, response.status, text.includes('hunter2')]).toEqual([path, 200, false]);
  return text;
};

test('a damaged delivery is marked among the others', async () => {
  const text = await page('deliveries');
  for (const id of [whole, damaged, headless]) expect(text).toContain(`deliveries/${id}`);
  expect(text.match(/>cannot be read</g)).toHaveLength(1);
  expect(await page('overview')).toContain('ignite');
});

test('the page of a damaged event says what of it cannot be read, and shows the rest', async () => {
  const text = await page(`deliveries/${damaged}`);
  expect(text).toContain('It cannot be read: What is stored as payload is not JSON.');
  expect(text).toContain('ignite.video.updated');
  expect(text).toContain('Download');
});

test('the page of a damaged delivery says so, and shows its events, and nothing of a request', async () => {
  const text = await page(`deliveries/${headless}`);
  expect(text).toContain('<h2>Cannot be read</h2>');
  expect(text).toContain('It cannot be read: What is stored as headers is not JSON.');
  expect(text).toContain('ignite.video.updated');
  expect(text).not.toMatch(/id="curl"|The body is empty/);
});

test('the history of its subject marks a damaged event', async () => {
  const [event] = (await kept.webhooks.inbox?.get(damaged))?.events ?? [];
  const text = await page(`subject?name=${encodeURIComponent(event?.subject ?? '')}`);
  expect(text.match(/>cannot be read</g)).toHaveLength(1);
  expect(text.match(/name="before"/g)).toHaveLength(3);
});

test('a replay of what is damaged says why it cannot be, alone and among all; a discard is done', async () => {
  const visitor = visitorOf(`${server.origin}/console`);
  const token = await visitor.tokenOf(`deliveries/${headless}`);
  const refused = await visitor.post(`deliveries/${headless}/replay`, { token });
  const said = await refused.text();
  expect([refused.status, said]).toEqual([409, expect.stringContaining('It cannot be replayed')]);
  expect(said).toContain(' is damaged. It cannot be read: What is stored as headers is not JSON.');
  const fields = { token, filter: '', until: String(Date.now() + 1000), sure: 'yes' };
  const text = await (await visitor.post('bulk/replay', fields)).text();
  expect(text).toContain('2 cannot be read. Nothing of these has changed.');
  expect((await visitor.post(`deliveries/${damaged}/discard`, { token })).status).toBe(303);
  expect((await kept.webhooks.inbox?.get(damaged))?.events).toMatchObject([{ status: 'discarded' }]);
});
