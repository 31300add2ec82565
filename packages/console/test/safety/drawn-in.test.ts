import { webhookConsole } from '../../src/index.ts';
import { type Kept, keptReceiver } from '../receiver.ts';

let kept: Kept;
beforeAll(() => {
  kept = keptReceiver();
});
afterAll(() => kept.remove());

const statusOf = async (path: string, site: string, mode: string): Promise<number> => {
  const { fetch } = webhookConsole(kept.webhooks, { authorize: () => true });
  const headers = { 'sec-fetch-site': site, 'sec-fetch-mode': mode };
  const { body, status } = await fetch(new Request(`http://localhost/console/${path}`, { headers }));
  await body?.cancel();
  return status;
};

test.each(['live?page=overview', 'overview', 'assets/console.js'])(
  "another site's page cannot draw %s in; a page of our own can",
  async (path) => {
    expect(await statusOf(path, 'cross-site', 'no-cors')).toBe(403);
    expect(await statusOf(path, 'same-site', 'cors')).toBe(403);
    expect(await statusOf(path, 'same-origin', 'cors')).toBe(200);
  },
);

test('a link from another site, and the address bar, lead to the console', async () => {
  expect(await statusOf('overview', 'cross-site', 'navigate')).toBe(200);
  expect(await statusOf('overview', 'none', 'navigate')).toBe(200);
});
