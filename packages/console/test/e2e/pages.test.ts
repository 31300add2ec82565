import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { jest } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { handleSome, sendSample } from '../sample.ts';
import { describeInChromium, launchChromium, patienceMs } from './chromium.ts';
import { movedClock, sendHistory } from './history.ts';
import { complaintsOf, seriousFindings, sidewaysPixels } from './judge.ts';
import { everything, type Scene, startScene } from './scene.ts';

const screenshots = fileURLToPath(new URL('screenshots', import.meta.url));

jest.setTimeout(2 * patienceMs);

describeInChromium('every page in Chromium', () => {
  let browser: Browser;
  let scene: Scene;
  let empty: Scene;

  beforeAll(async () => {
    mkdirSync(screenshots, { recursive: true });
    const clock = movedClock();
    [browser, scene, empty] = await Promise.all([
      launchChromium(),
      startScene(everything, handleSome, clock),
      startScene(everything),
    ]);
    await sendHistory(scene, clock);
    await sendSample(scene.origin);
    await scene.settle();
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await scene?.close();
    await empty?.close();
  });

  const first = async (filter: Parameters<Scene['ids']>[0]): Promise<string> => (await scene.ids(filter))[0] ?? 'none';

  const pages: readonly (readonly [name: string, path: () => Promise<string> | string, heading: string])[] = [
    ['overview', () => 'overview', 'Overview'],
    ['deliveries', () => 'deliveries', 'Deliveries'],
    ['nothing-found', () => 'deliveries?source=nobody', 'Deliveries'],
    ['dead-letter', async () => `deliveries/${await first({ status: 'dead' })}`, 'Delivery'],
    ['quarantined', async () => `deliveries/${await first({ outcome: 'quarantined' })}`, 'Delivery'],
    ['rejected', async () => `deliveries/${await first({ outcome: 'rejected', source: 'ignite' })}`, 'Delivery'],
    ['duplicate', async () => `deliveries/${await first({ outcome: 'duplicate' })}`, 'Delivery'],
    ['subject', () => 'subject?name=ignite%20video%3A507f1f77bcf86cd799439011', 'Subject'],
    ['replay-many', () => 'bulk?action=replay&source=ignite', 'Replay'],
    ['discard-many', () => 'bulk?action=discard', 'Discard'],
    ['not-found', () => 'nowhere', 'There is no such page'],
    ['unreadable', () => 'deliveries?cursor=forged', 'This page cannot be shown'],
  ];

  const looks = [
    { look: 'light', colorScheme: 'light', width: 1280 },
    { look: 'dark', colorScheme: 'dark', width: 1280 },
    { look: 'light-400', colorScheme: 'light', width: 400 },
    { look: 'dark-400', colorScheme: 'dark', width: 400 },
  ] as const;

  describe.each(looks)('$look', ({ colorScheme, look, width }) => {
    test.each(pages)(
      '%s is readable by everybody, fits, and complains of nothing',
      async (name, path, heading) => {
        const context = await browser.newContext({ colorScheme, viewport: { width, height: 800 } });
        context.setDefaultTimeout(patienceMs);
        const page = await context.newPage();
        const complaints = complaintsOf(page, scene.origin);
        await page.goto(`${scene.origin}/console/${await path()}`);
        expect(await page.locator('h1').innerText()).toContain(heading);
        // why: as somebody sees it first, for the documentation; and then all of it.
        await page.screenshot({ path: `${screenshots}/${name}-${look}-first.png` });
        await page.evaluate(() => {
          for (const part of document.querySelectorAll('details')) part.open = true;
        });
        await page.screenshot({ path: `${screenshots}/${name}-${look}.png`, fullPage: true });
        expect(await seriousFindings(page)).toEqual([]);
        expect(await sidewaysPixels(page)).toBe(0);
        // why: the browser says itself that it was answered 404 or 400.
        expect(complaints.filter((one) => !/status of 40[04]/.test(one))).toEqual([]);
        await context.close();
      },
      30_000,
    );
  });

  test.each([1280, 1100, 1000, 720])(
    'sources and types stay whole in the table of deliveries, %i px wide: where it is narrow, the subject gives way',
    async (width) => {
      const page = await browser.newPage({ viewport: { width, height: 800 } });
      await page.goto(`${scene.origin}/console/deliveries`);
      const broken = await page.evaluate(() =>
        [...document.querySelectorAll('.deliveries td:is(.source, .type)')].flatMap((cell) => {
          const text = document.createRange();
          text.selectNodeContents(cell);
          // why: a line of this type is some 20 px high.
          return text.getBoundingClientRect().height > 30 ? [cell.textContent] : [];
        }),
      );
      expect(broken).toEqual([]);
      expect(await sidewaysPixels(page)).toBe(0);
      await page.close();
    },
    30_000,
  );

  test.each(['overview', 'deliveries'])(
    '%s of an empty inbox says what will be there',
    async (path) => {
      const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
      await page.goto(`${empty.origin}/console/${path}`);
      await page.getByText('Nothing has arrived yet').waitFor();
      await page.screenshot({ path: `${screenshots}/empty-${path}-light.png`, fullPage: true });
      expect(await seriousFindings(page)).toEqual([]);
      await page.close();
    },
    30_000,
  );

  test('everything on a page is reached by the keyboard, and seen when it is', async () => {
    const page = await browser.newPage();
    await page.goto(`${scene.origin}/console/deliveries`);
    await page.keyboard.press('Tab');
    const focused = () => page.evaluate(() => document.activeElement?.textContent ?? '');
    expect(await focused()).toBe('Skip to content');
    await page.keyboard.press('Enter');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('content');
    const reached = new Set<string>();
    for (let step = 0; step < 60; step += 1) {
      await page.keyboard.press('Tab');
      const { name, outline, tag } = await page.evaluate(() => {
        const element = document.activeElement ?? document.body;
        const { outlineStyle, outlineWidth } = getComputedStyle(element);
        const what = element.getAttribute('name') ?? element.textContent;
        return { tag: element.tagName, name: what ?? '', outline: `${outlineStyle} ${outlineWidth}` };
      });
      // why: after the last of them the browser's own bar is reached.
      if (tag === 'BODY') break;
      expect({ tag, name, outline }).toEqual({ tag, name, outline: expect.not.stringMatching(/^none| 0px$/) });
      reached.add(name);
    }
    expect([...reached]).toEqual(
      expect.arrayContaining(['outcome', 'source', 'type', 'text', 'from', 'until', 'Filter']),
    );
    await page.close();
  }, 30_000);
});
