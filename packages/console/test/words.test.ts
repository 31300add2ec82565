import { deliver } from '@mediahooks/testing';
import { visitorOf } from './browser.ts';
import { everything, type Scene, startScene } from './e2e/scene.ts';
import { sendSample } from './sample.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await startScene(everything);
  // why: fewer are nobody's emergency, and have no tile. And first, because they are written after their answers: once what comes behind
  // them is answered, they are, too.
  for (let sent = 0; sent < 5; sent += 1) {
    await deliver('ignite', 'video.created', { tamper: 'body' }).sendTo(`${scene.origin}/webhooks`);
  }
  await sendSample(scene.origin);
  await scene.settle();
});
afterAll(() => scene.close());

const textOf = (page: string): string => page.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ');

test('what is rejected is called that, wherever it is counted, listed, shown and replayed', async () => {
  const visitor = visitorOf(`${scene.origin}/console`);
  const [altered] = await scene.ids({ outcome: 'rejected', source: 'ignite' });
  const [unread] = await scene.ids({ outcome: 'rejected', source: 'gcore' });
  const pages: string[] = [];
  for (const path of ['overview', 'deliveries?outcome=rejected', `deliveries/${altered}`, `deliveries/${unread}`]) {
    pages.push(await (await fetch(`${scene.origin}/console/${path}`)).text());
  }
  expect(pages[0]).toMatch(/class="card refused" href="[^"]*outcome=rejected/);
  const token = await visitor.tokenOf(`deliveries/${altered}`);
  pages.push(await (await visitor.post(`deliveries/${altered}/replay`, { token })).text());
  const many = { token, filter: 'outcome=rejected', until: String(Date.now() + 1000), sure: 'yes' };
  pages.push(await (await visitor.post('bulk/replay', many)).text());
  for (const page of pages.map(textOf)) {
    expect(page).toMatch(/\brejected\b/i);
    expect(page.match(/.{0,40}\brefus.{0,20}/gi)).toBeNull();
  }
});
