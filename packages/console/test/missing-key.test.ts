import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sqliteInbox } from '@mediahooks/inbox-sqlite';
import { deliver } from '@mediahooks/testing';
import { webhookConsole } from '../src/index.ts';
import { visitorOf } from './browser.ts';
import { type Kept, type Listening, listen, receiverAnd, receiverOver } from './receiver.ts';

const folder = mkdtempSync(join(tmpdir(), 'mediahooks-console-'));
const title = 'a title that is encrypted';
const at = '2024-01-15T10:30:00.000Z';
const failed: unknown[] = [];

let webhooks: Kept['webhooks'];
let server: Listening;
let stored: string;
let rejected: string;
let quarantined: string;

const receiverWith = (key: Uint8Array): Kept['webhooks'] =>
  receiverOver(sqliteInbox({ path: join(folder, 'inbox.db'), pollMs: 20, encryption: { key } }));

/** Runs an event until it fails, so that it has an attempt whose error is encrypted too. */
const failOnce = async (own: Kept['webhooks']): Promise<void> => {
  own.on('*', () => {
    throw new Error(title);
  });
  await own.start();
  await own.drain({ idleMs: 50 });
};

beforeAll(async () => {
  const before = receiverWith(Buffer.alloc(32, 7));
  const sending = await listen(receiverAnd(before, (_req, res) => void res.end()));
  for (const delivery of [
    deliver('ignite', 'video.updated', { payload: { id: 'v1', createdAt: at, updatedAt: at, title } }),
    deliver('ignite', 'video.updated', { payload: { title } }),
    deliver('ignite', 'video.created', { tamper: 'body' }),
  ]) {
    await delivery.sendTo(`${sending.origin}/webhooks`);
  }
  await failOnce(before);
  await sending.close();
  await before.stop();

  webhooks = receiverWith(Buffer.alloc(32, 8));
  const shown = webhookConsole(webhooks, {
    authorize: () => ({ view: true, act: true, reveal: true, user: 'ada' }),
    audit: () => undefined,
    logger: { info: () => undefined, error: (fields) => void failed.push(fields) },
  });
  server = await listen(receiverAnd(webhooks, (req, res) => void shown.node(req, res)));
  const idOf = async (outcome: 'quarantined' | 'rejected' | 'stored'): Promise<string> =>
    (await webhooks.inbox?.list({ outcome }, { limit: 1 }))?.deliveries[0]?.id ?? 'none';
  [stored, rejected, quarantined] = [await idOf('stored'), await idOf('rejected'), await idOf('quarantined')];
});

afterAll(async () => {
  await server.close();
  await webhooks.stop();
  rmSync(folder, { recursive: true, force: true });
});

const page = async (path: string): Promise<string> => {
  const response = await fetch(`${server.origin}/console/${path}`);
  const text = await response.text();
  expect([path, response.status, text.includes(title), failed]).toEqual([path, 200, false, []]);
  return text;
};

const why = 'The key it was sealed with is not among the configured ones.';

test('of a delivery whose key is missing, the page shows what is not encrypted and says that the rest cannot be decrypted', async () => {
  const text = await page(`deliveries/${stored}`);
  expect(text).toContain('<h2>Cannot be read</h2>');
  expect(text).toContain(`What is stored cannot be decrypted. ${why}`);
  expect(text).toContain('>dead letter</span>');
  expect(text).toMatch(/<dt>Source<\/dt><dd><a [^>]*>ignite</);
  expect(text).toMatch(/<dt>Received<\/dt><dd><time /);
  expect(text).toContain('ignite.video.updated');
  expect(text).toContain('Attempt 1 failed');
  expect(text).toContain('It cannot be decrypted with the configured keys.');
  expect(text).not.toMatch(/damaged|id="curl"|The body is empty|redacted"/i);
});

test('so it does of what was rejected or quarantined', async () => {
  expect(await page(`deliveries/${rejected}`)).toMatch(/Rejected: <code>credential-invalid<[\s\S]*cannot be decrypted/);
  expect(await page(`deliveries/${quarantined}`)).toMatch(
    /Quarantined: <code>invalid-payload<[\s\S]*cannot be decrypted/,
  );
});

test('it offers neither a replay nor to reveal what cannot be read, but to discard it', async () => {
  const text = await page(`deliveries/${stored}`);
  expect([...text.matchAll(/action="[^"]*\/(\w+)"/g)].map(([, action]) => action)).toEqual(['discard']);
});

test('a replay says why it cannot be; one of all goes on to the next, and the rest is done', async () => {
  const fresh = deliver('ignite', 'video.updated', {});
  expect((await fresh.sendTo(`${server.origin}/webhooks`)).status).toBe(202);
  const visitor = visitorOf(`${server.origin}/console`);
  const token = await visitor.tokenOf(`deliveries/${stored}`);
  const alone = await visitor.post(`deliveries/${stored}/replay`, { token });
  const said = await alone.text();
  expect([alone.status, said]).toEqual([409, expect.stringContaining('It cannot be replayed')]);
  expect(said).toContain(why);
  expect(said).not.toContain('damaged');
  const many = { token, filter: '', until: String(Date.now() + 1000), sure: 'yes' };
  const text = await (await visitor.post('bulk/replay', many)).text();
  expect(text).toContain('3 cannot be read. Nothing of these has changed.');
  expect(text).not.toContain('It stopped');
});
