import { jest } from '@jest/globals';
import { type DeliveryOptions, deliver } from '@mediahooks/testing';
import type { Browser, Page } from 'playwright-core';
import { describeInChromium, launchChromium, patienceMs } from './chromium.ts';
import { complaintsOf, seriousFindings, sidewaysPixels } from './judge.ts';
import { everything, type Scene, startScene } from './scene.ts';

/** Each of them would show up as a dialog, as a request to another host or as an element that we did not write. */
const markup = [
  '"><script>alert(1)</script>',
  "'><img src=https://evil.example/x onerror=alert(1)>",
  '<svg onload=alert(1)>',
  '</title></script></style></textarea><iframe src=javascript:alert(1)>',
  '{{constructor.constructor("alert(1)")()}}',
  'javascript:alert(1)',
  '<base href=https://evil.example/><form action=https://evil.example/><meta http-equiv=refresh content=0;url=https://evil.example/>',
];

const times = { createdAt: '2026-01-01T00:00:00Z', updatedAt: '2026-01-01T00:00:00Z' };
const deep = (levels: number): unknown => {
  let value: unknown = 'the bottom';
  for (let level = 0; level < levels; level += 1) value = level % 2 === 0 ? { inner: value } : [value];
  return value;
};

jest.setTimeout(2 * patienceMs);

describeInChromium('hostile deliveries in Chromium', () => {
  let browser: Browser;
  let scene: Scene;

  beforeAll(async () => {
    [browser, scene] = await Promise.all([launchChromium(), startScene(everything)]);
  }, 30_000);
  afterAll(async () => {
    await browser?.close();
    await scene?.close();
  });

  /** Delivers, and gives the id it has here. */
  const sent = async (options: DeliveryOptions): Promise<string> => {
    const answer = await deliver('ignite', 'video.updated', options).sendTo(`${scene.origin}/webhooks`);
    const said = await answer.json();
    await scene.settle();
    return String(said.delivery ?? String(said.instance).replace('urn:uuid:', ''));
  };

  /** Looks at a page in two widths, opened wide, and gives it to a last question. */
  const inert = async (path: string, look: (page: Page) => Promise<void>): Promise<void> => {
    for (const width of [1280, 400]) {
      const context = await browser.newContext({ viewport: { width, height: 800 } });
      context.setDefaultTimeout(patienceMs);
      const page = await context.newPage();
      const complaints = complaintsOf(page, scene.origin);
      await page.goto(`${scene.origin}/console/${path}`);
      await page.evaluate(() => {
        for (const part of document.querySelectorAll('details')) part.open = true;
      });
      const foreign = await page.evaluate(() => {
        const scripts = [...document.querySelectorAll('script')].filter((one) => !one.src.includes('/console/assets/'));
        const others = document.querySelectorAll(
          'img, iframe, base, object, embed, video, [onerror], [onload], [style], main svg:not(.chart svg)',
        );
        const links = [...document.querySelectorAll('a')].filter(
          (one) => !one.href.startsWith(`${location.origin}/console/`),
        );
        const forms = [...document.querySelectorAll('form')].filter(
          (one) => !one.action.startsWith(`${location.origin}/console/`),
        );
        return [...scripts, ...others, ...links, ...forms].map(({ outerHTML }) => outerHTML.slice(0, 200));
      });
      expect(foreign).toEqual([]);
      expect(await sidewaysPixels(page)).toBe(0);
      await look(page);
      expect(complaints).toEqual([]);
      await context.close();
    }
  };

  test('markup in every field, name and header is text', async () => {
    const payload = {
      id: `v${markup[0]}`,
      ...times,
      title: markup.join(' '),
      ...Object.fromEntries(markup.map((text, index) => [text, { [text]: [text, index] }])),
    };
    const headers = Object.fromEntries(markup.map((text, index) => [`x-hostile-${index}`, text]));
    const id = await sent({ payload, headers });
    await inert(`deliveries/${id}`, async (page) => {
      const shown = await page.locator('main').innerText();
      for (const text of markup) expect(shown).toContain(text);
    });
    await inert('deliveries', async (page) => {
      expect(await page.locator('main').innerText()).toContain(`video:v${markup[0]}`);
    });
    await inert(`subject?name=${encodeURIComponent(`ignite video:v${markup[0]}`)}`, async (page) => {
      expect(await page.locator('h1').innerText()).toContain(markup[0]);
      expect(await page.locator('table.events tbody tr').count()).toBe(1);
    });
    await inert('overview', async () => undefined);
  }, 60_000);

  test('markup in what a refused delivery named is text', async () => {
    await fetch(`${scene.origin}/webhooks/${encodeURIComponent(markup[1] ?? '')}`, {
      method: 'POST',
      body: markup[0] ?? '',
    });
    const quarantined = await sent({ payload: { id: markup[0] ?? '', ...times, updatedAt: markup[1] ?? '' } });
    await inert(`deliveries/${quarantined}`, async (page) => {
      expect(await page.locator('.why').innerText()).toContain('updatedAt');
    });
    await inert('deliveries?outcome=rejected', async () => undefined);
  }, 60_000);

  test('markup in the address is text: in filters, names, cursors and ids', async () => {
    const text = markup.join(' ');
    const all = encodeURIComponent(text);
    await inert(`deliveries?source=${all}&type=${all}&text=${all}&subject=${all}`, async (page) => {
      expect(await page.getByRole('textbox', { name: 'Source' }).inputValue()).toBe(text);
    });
    const value = encodeURIComponent(markup[0] ?? '');
    for (const path of [`subject?name=${value}`, `bulk?action=replay&source=${value}`, `overview?span=${value}`]) {
      await inert(path, async () => undefined);
    }
  }, 90_000);

  test('a text of 1 MB and a name of 100 KB are cut, and whole in the download', async () => {
    const long = 'x'.repeat(1_000_000 - 100_000 - 5000);
    const name = 'n'.repeat(100_000);
    const id = await sent({ payload: { id: 'v2', ...times, title: long, [name]: 1 } });
    await inert(`deliveries/${id}`, async (page) => {
      expect((await page.content()).length).toBeLessThan(200_000);
      await page.getByText('more characters: they are in the download').waitFor();
      expect(await seriousFindings(page)).toEqual([]);
    });
    const body = await (await fetch(`${scene.origin}/console/deliveries/${id}/body`)).text();
    expect(JSON.parse(body).title).toBe(long);
  }, 60_000);

  test('a list of 50000 values and headers of 10 KB are cut', async () => {
    const id = await sent({
      payload: { id: 'v3', ...times, list: Array.from({ length: 50_000 }, (_, index) => index) },
      headers: { 'x-long': 'h'.repeat(10_000) },
    });
    await inert(`deliveries/${id}`, async (page) => {
      expect((await page.content()).length).toBeLessThan(400_000);
      await page.getByText(/48.\d\d\d more: they are in the download/).waitFor();
    });
  }, 60_000);

  test('100 levels fold, and do not push the page aside', async () => {
    const id = await sent({ body: JSON.stringify({ id: 'v4', ...times, deep: deep(98) }) });
    await inert(`deliveries/${id}`, async (page) => {
      await page.getByText('the bottom').first().waitFor();
    });
    const tooDeep = await sent({ body: JSON.stringify({ id: 'v5', ...times, deep: deep(200) }) });
    await inert(`deliveries/${tooDeep}`, async (page) => {
      expect(await page.locator('.why').innerText()).toContain('malformed-body');
    });
  }, 60_000);

  test('marks that turn the direction of writing are shown, and turn nothing', async () => {
    const title = 'safe \u202Eexe.gpj\u202C \u2066isolated \u200Fmark';
    const id = await sent({ payload: { id: 'v6\u202E', ...times, title, العنوان: 'مرحبا', '\u202Ename': 1 } });
    const marks = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/;
    await inert(`deliveries/${id}`, async (page) => {
      const content = await page.content();
      expect(content).not.toMatch(marks);
      const shown = await page.locator('#payload').innerText();
      expect(shown).toContain('safe ⟨U+202E⟩exe.gpj⟨U+202C⟩');
      expect(shown).toContain('مرحبا');
    });
    await inert('deliveries', async (page) => {
      expect(await page.content()).not.toMatch(marks);
      expect(await page.locator('table.deliveries').innerText()).toContain('v6⟨U+202E⟩');
    });
  }, 60_000);

  test('bytes that are no UTF-8 are hidden until they are revealed, then shown as hex', async () => {
    const body = new Uint8Array([
      ...new TextEncoder().encode('{"id":"<script>alert(1)</script>'),
      0xff,
      0xfe,
      0x00,
      0x22,
      0x7d,
    ]);
    const id = await sent({ body });
    await inert(`deliveries/${id}`, async (page) => {
      expect(await page.locator('.why').innerText()).toContain('not UTF-8');
      const before = page.url();
      await page.getByRole('button', { name: 'Reveal secret fields' }).click();
      await page.getByText('Secret fields are shown').waitFor();
      await page.getByText('As hex').click();
      expect(await page.locator('pre.hex').innerText()).toMatch(/ff fe 00/);
      expect(await page.locator('script:not([src])').count()).toBe(0);
      await page.goto(before);
    });
  }, 60_000);
});
