import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const places = [
  process.env.CHROMIUM_PATH ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:/Program Files/Google/Chrome/Application/chrome.exe',
];

const executablePath = places.find((place) => place !== '' && existsSync(place));

/**
 * `describe`, where there is a Chromium. Where there is none the tests are skipped, and one line says so; in CI that is a failure.
 */
export const describeInChromium: typeof describe | typeof describe.skip = (() => {
  if (executablePath !== undefined) return describe;
  if (process.env.CI !== undefined) throw new Error('There is no Chromium: apt-get install chromium.');
  console.warn(
    'There is no Chromium here (CHROMIUM_PATH names one): the tests of the console in a browser are skipped.',
  );
  return describe.skip;
})();

/**
 * No test waits longer than this for a page.
 *
 * why so long: an overview that took the receiver long to count is shown for up to a minute, and on a busy machine everything takes long.
 */
export const patienceMs = 65_000;

/** A Chromium that talks to nobody but the tests. */
export const launchChromium = (): Promise<Browser> =>
  chromium.launch({
    ...(executablePath !== undefined && { executablePath }),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
