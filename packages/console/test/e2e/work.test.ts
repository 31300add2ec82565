import { jest } from '@jest/globals';
import { deliver } from '@mediahooks/testing';
import type { Browser, Page } from 'playwright-core';
import type { Kept } from '../receiver.ts';
import { sendSample } from '../sample.ts';
import { describeInChromium, launchChromium, patienceMs } from './chromium.ts';
import { complaintsOf, seriousFindings } from './judge.ts';
import { everything, type Scene, startScene } from './scene.ts';

jest.setTimeout(2 * patienceMs);

describeInChromium('work in Chromium', () => {
  let browser: Browser;
  let scene: Scene;
  let page: Page;
  let complaints: string[] = [];
  /** Whether the catalogue that handlers need is up. */
  let isMended = false;

  const handle = ({ webhooks }: Pick<Kept, 'webhooks'>): void => {
    webhooks.on('*', () => undefined);
    webhooks.on('tpstreams.*', () => {
      if (!isMended) throw new Error('The catalogue is down.');
    });
  };

  beforeAll(async () => {
    browser = await launchChromium();
  }, 30_000);
  afterAll(() => browser?.close());

  beforeEach(async () => {
    isMended = false;
    scene = await startScene(everything, handle);
    const context = await browser.newContext();
    context.setDefaultTimeout(patienceMs);
    page = await context.newPage();
    complaints = complaintsOf(page, scene.origin);
  });
  afterEach(async () => {
    await page.context().close();
    await scene.close();
    expect(complaints).toEqual([]);
  });

  const open = (path: string) => page.goto(`${scene.origin}/console/${path}`);
  const rows = () => page.locator('table.deliveries tbody tr');
  /** Fails events for good, `many` of them. */
  const sendFailing = async (many: number): Promise<void> => {
    for (let index = 0; index < many; index += 1) {
      const payload = { id: `a${index}`, title: `Lesson ${index}`, type: 'video', video: { status: 'Completed' } };
      await deliver('tpstreams', 'video.completed', { payload }).sendTo(`${scene.origin}/webhooks`);
    }
    await scene.settle();
  };

  test('what arrives appears by itself, and not while it is paused', async () => {
    await open('deliveries');
    await page.getByText('Nothing has arrived yet').waitFor();
    await page.getByRole('button', { name: 'Live' }).waitFor();
    await deliver('gcore', 'video.ready').sendTo(`${scene.origin}/webhooks`);
    await rows().getByText('video.ready').waitFor();
    await rows().getByText('handled').waitFor();

    await page.getByRole('button', { name: 'Live' }).click();
    await page.getByRole('button', { name: 'Paused' }).waitFor();
    await deliver('echo3d', 'Upload').sendTo(`${scene.origin}/webhooks`);
    await scene.settle();
    expect(await rows().count()).toBe(1);

    await page.getByRole('button', { name: 'Paused' }).click();
    await rows().getByText('Upload').waitFor();
    expect(await rows().count()).toBe(2);
  });

  test('the overview and an open delivery keep up with what happens', async () => {
    await open('overview');
    await page.getByText('Nothing. No dead letters').waitFor();
    await sendFailing(1);
    await page.getByRole('link', { name: /1 dead letter/ }).click();
    await rows().locator('.id a').click();
    await page.locator('details.error summary').click();
    expect(await page.locator('details.error pre').innerText()).toContain('at ');
    const button = (name: string) => page.getByRole('button', { name, exact: true });
    await button('Discard').waitFor();
    await button('Replay').focus();
    isMended = true;
    await scene.webhooks.replay((await scene.ids({ status: 'dead' }))[0] ?? '');
    await page.getByText('Attempt 1 went well').waitFor();
    await page.locator('.facts').getByText('handled').waitFor();
    await button('Discard').waitFor({ state: 'detached' });
    expect(await button('Replay').evaluate((one) => one === document.activeElement)).toBe(true);
  });

  test('pages lead to older ones and back, and filters are in the address: kept over a reload and on every page', async () => {
    for (let index = 0; index < 60; index += 1) {
      const payload = { id: `v${index}`, createdAt: '2026-01-01T00:00:00Z', updatedAt: '2026-01-01T00:00:00Z' };
      await deliver('ignite', 'video.created', { payload }).sendTo(`${scene.origin}/webhooks`);
    }
    await deliver('gcore', 'video.ready').sendTo(`${scene.origin}/webhooks`);
    await scene.settle();
    await open('deliveries');
    expect(await rows().count()).toBe(50);
    await page.getByRole('combobox', { name: 'Outcome' }).selectOption('handled');
    await page.getByRole('textbox', { name: 'Source' }).fill('ignite');
    await page.getByRole('button', { name: 'Filter' }).click();
    await page.waitForURL(/source=ignite/);
    expect(await rows().getByText('video.ready').count()).toBe(0);
    await page.getByRole('link', { name: 'Older' }).click();
    await page.waitForURL(/cursor=/);
    expect(await rows().count()).toBe(10);
    await page.reload();
    expect(await rows().count()).toBe(10);
    expect(await page.getByRole('textbox', { name: 'Source' }).inputValue()).toBe('ignite');
    expect(await page.getByRole('combobox', { name: 'Outcome' }).inputValue()).toBe('handled');
    await page.getByRole('link', { name: 'Newest' }).click();
    await page.waitForURL((url) => !url.search.includes('cursor='));
    expect(await rows().count()).toBe(50);

    await page.getByRole('textbox', { name: 'Id or subject' }).fill('video:v7');
    await page.getByRole('button', { name: 'Filter' }).click();
    await page.waitForURL(/text=/);
    expect(await rows().count()).toBe(1);
    await page.getByRole('link', { name: 'Clear' }).click();
    await page.waitForURL(/deliveries$/);
    expect(await rows().first().innerText()).toContain('video.ready');
  });

  test('one delivery is replayed, and written down', async () => {
    await sendFailing(1);
    isMended = true;
    const [id = ''] = await scene.ids({ status: 'dead' });
    await open(`deliveries/${id}`);
    await page.getByRole('button', { name: 'Replay' }).click();
    await page.getByText('Replayed: 1 event in line again.').waitFor();
    await page.getByText('Attempt 1 went well').waitFor();
    expect(scene.audited).toEqual([expect.objectContaining({ action: 'replay', delivery: id, user: everything.user })]);
  });

  test('one delivery is discarded, and written down', async () => {
    await sendFailing(1);
    const [id = ''] = await scene.ids({ status: 'dead' });
    await open(`deliveries/${id}`);
    await page.getByRole('button', { name: 'Discard' }).click();
    await page.getByText('Discarded: 1 event given up on.').waitFor();
    expect(await scene.ids({ status: 'discarded' })).toEqual([id]);
    expect(scene.audited).toEqual([expect.objectContaining({ action: 'discard', delivery: id })]);
  });

  test('a replay that is rejected says why, and changes nothing', async () => {
    await deliver('ignite', 'video.updated', { tamper: 'body' }).sendTo(`${scene.origin}/webhooks`);
    await open('deliveries?outcome=rejected');
    await rows().locator('.id a').click();
    await page.getByText(/^Rejected: credential-invalid/).waitFor();
    await page.getByRole('button', { name: 'Replay' }).click();
    await page.getByRole('heading', { name: 'The replay was rejected' }).waitFor();
    expect(await page.getByText('credential-invalid').count()).toBe(1);
    expect(scene.audited).toEqual([expect.objectContaining({ result: 'refused: credential-invalid' })]);
    // why: the browser says itself that it was answered 409.
    complaints = complaints.filter((one) => !one.includes('409'));
  });

  test('secret fields are redacted until they are revealed, and that is written down', async () => {
    await deliver('tpstreams', 'livestream.streaming').sendTo(`${scene.origin}/webhooks`);
    const [id = ''] = await scene.ids({});
    const raw = new TextDecoder().decode((await scene.webhooks.inbox?.load(id))?.body);
    const key: unknown = JSON.parse(raw).live_stream.stream_key;
    expect(typeof key).toBe('string');
    await open(`deliveries/${id}`);
    expect(await page.content()).not.toContain(key);
    expect(await page.locator('#payload .redacted').count()).toBeGreaterThan(0);
    expect(scene.audited).toEqual([]);
    await page.getByRole('button', { name: 'Reveal secret fields' }).click();
    await page.getByText('Secret fields are shown').waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    expect(await page.locator('#payload').innerText()).toContain(key);
    expect(scene.audited).toEqual([expect.objectContaining({ action: 'reveal', delivery: id, result: 'shown' })]);
  });

  test('the payload folds, and the request is copied as curl without its credentials', async () => {
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await deliver('tpstreams', 'video.completed').sendTo(`${scene.origin}/webhooks`);
    const [id = ''] = await scene.ids({});
    await open(`deliveries/${id}`);
    const leaf = page.locator('#payload').getByText('"h264"');
    await leaf.waitFor();
    await page.getByRole('button', { name: 'Fold all', exact: true }).click();
    await leaf.waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: 'Unfold all' }).click();
    await leaf.waitFor();
    await page.getByRole('button', { name: 'Copy' }).click();
    await page.getByRole('button', { name: 'Copied' }).waitFor();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toMatch(/^curl .*\/webhooks\/tpstreams/);
    expect(copied).not.toContain('tpstreams-test-token');
  });

  test('the exact field of a quarantined delivery is marked', async () => {
    await sendSample(scene.origin);
    const [id = ''] = await scene.ids({ outcome: 'quarantined' });
    await open(`deliveries/${id}`);
    const failing = page.locator('#payload .failing');
    expect(await failing.count()).toBe(1);
    expect(await failing.innerText()).toMatch(/^updatedAt: "yesterday"/);
  });

  test('a subject shows its events in order, and what changed between any two', async () => {
    await sendSample(scene.origin);
    await scene.settle();
    await open('subject?name=ignite%20video%3A507f1f77bcf86cd799439011');
    const types = await page.locator('table.events .type').allInnerTexts();
    expect(types).toEqual(['video.deleted', 'video.updated', 'video.updated', 'video.created']);
    await page.getByRole('radio', { name: /^Compare from video.created/ }).check();
    await page
      .getByRole('radio', { name: /^Compare to video.updated/ })
      .nth(1)
      .check();
    await page.getByRole('button', { name: 'Compare' }).click();
    await page.waitForURL(/before=/);
    const title = page.locator('table.compared tr', { hasText: 'title' });
    expect(await title.locator('td').allInnerTexts()).toEqual(['"Untitled"', '"Big Buck Bunny"']);
    expect(await page.locator('table.compared').innerText()).not.toContain('visibility');
  });

  test('all that a filter finds is replayed, after a count and a question, with progress and a summary', async () => {
    await sendFailing(60);
    isMended = true;
    await deliver('gcore', 'video.ready').sendTo(`${scene.origin}/webhooks`);
    await scene.settle();
    await open('deliveries?outcome=dead');
    await page.getByRole('link', { name: 'Replay all found' }).click();
    await page.getByRole('heading', { name: 'Replay 60 deliveries?' }).waitFor();
    expect(scene.audited).toEqual([]);
    await page.getByRole('button', { name: 'Replay 60 deliveries' }).click();
    expect(await page.getByRole('heading').first().innerText()).toBe('Replay 60 deliveries?');
    await page.getByRole('checkbox').check();
    await page.getByRole('button', { name: 'Replay 60 deliveries' }).click();
    await page.getByText('Done: 60 deliveries replayed, with 60 events.').waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    expect(await page.locator('.progress progress').count()).toBeGreaterThan(1);
    expect(await page.locator('.progress p:visible').innerText()).toContain('60 of 60');
    await scene.settle();
    expect(await scene.ids({ status: 'dead' })).toEqual([]);
    expect(scene.audited.length).toBe(60);
    expect(new Set(scene.audited.map(({ action }) => action))).toEqual(new Set(['replay']));
  });

  test('all that a filter finds is discarded, quarantined ones too, and nothing else', async () => {
    await sendFailing(2);
    await sendSample(scene.origin);
    await scene.settle();
    const [other] = await scene.ids({ outcome: 'quarantined' });
    await open('bulk?action=discard&outcome=dead');
    await page.getByRole('checkbox').check();
    await page.getByRole('button', { name: /^Discard/ }).click();
    await page.getByText(/^Done: 4 deliveries discarded/).waitFor();
    expect(await scene.ids({ status: 'dead' })).toEqual([]);
    expect(await scene.ids({ outcome: 'quarantined' })).toEqual([other]);
    await open('bulk?action=discard&outcome=quarantined');
    await page.getByRole('checkbox').check();
    await page.getByRole('button', { name: /^Discard/ }).click();
    await page.getByText('Done: 1 delivery discarded.').waitFor();
    expect(await scene.ids({ outcome: 'quarantined' })).toEqual([]);
  });

  test('who is not allowed in is told so, and nothing else', async () => {
    const closed = await startScene({ view: false });
    const other = await browser.newPage();
    const answer = await other.goto(`${closed.origin}/console/overview`);
    expect(answer?.status()).toBe(403);
    expect(await other.locator('body').innerText()).toBe('Not allowed\n\nYou are not allowed to see this console.');
    expect(await seriousFindings(other)).toEqual([]);
    await other.close();
    await closed.close();
  });

  describe('without JavaScript', () => {
    beforeEach(async () => {
      await page.context().close();
      const context = await browser.newContext({ javaScriptEnabled: false });
      context.setDefaultTimeout(patienceMs);
      page = await context.newPage();
      complaints = complaintsOf(page, scene.origin);
    });

    test('one can look, filter, go through pages, replay one and replay many', async () => {
      await sendFailing(55);
      isMended = true;
      await open('overview');
      await page.getByRole('link', { name: /55 dead letters/ }).click();
      expect(await rows().count()).toBe(50);
      await page.getByRole('link', { name: 'Older' }).click();
      await page.waitForURL(/cursor=/);
      expect(await rows().count()).toBe(5);
      await page.getByRole('textbox', { name: 'Id or subject' }).fill('a7');
      await page.getByRole('button', { name: 'Filter' }).click();
      await page.waitForURL(/text=a7/);
      expect(await rows().count()).toBe(1);
      await rows().locator('.id a').click();
      await page.locator('details.error summary').click();
      expect(await page.locator('details.error').innerText()).toContain('The catalogue is down.');
      // why: what only a script could do is not there.
      expect(await page.getByRole('button', { name: /Copy|Live|[Ff]old all/ }).count()).toBe(0);
      await page.getByRole('button', { name: 'Replay' }).click();
      await page.getByText('Replayed: 1 event in line again.').waitFor();
      await scene.settle();
      await open('bulk?action=replay&outcome=dead');
      await page.getByRole('checkbox').check();
      await page.getByRole('button', { name: 'Replay 54 deliveries' }).click();
      await page.getByText('Done: 54 deliveries replayed').waitFor();
      await scene.settle();
      expect(await scene.ids({ status: 'dead' })).toEqual([]);
    });
  });
});
