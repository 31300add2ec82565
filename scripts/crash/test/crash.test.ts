import { join } from 'node:path';
import { run } from '../../../tests/project/run.ts';

const script = join(import.meta.dirname, '..', 'main.ts');
const flags = [
  '--conditions=@mediahooks/source',
  '--experimental-strip-types',
  '--disable-warning=ExperimentalWarning',
];

const crash = (...args: string[]) => run(process.execPath, [...flags, script, ...args]);

const figure = (output: string, name: string): number =>
  Number(new RegExp(`^${name} +(\\d+)$`, 'm').exec(output)?.[1] ?? Number.NaN);

test('a receiver on SQLite that is killed ten times loses nothing it has answered 2xx', async () => {
  const { output, status } = await crash('--inbox', 'sqlite', '--cycles', '10');
  expect(output).toMatch(/^lost +0$/m);
  expect(figure(output, 'killed')).toBe(10);
  expect(figure(output, 'acknowledged')).toBeGreaterThan(100);
  expect(figure(output, 'handled')).toBe(figure(output, 'acknowledged'));
  expect(figure(output, 'handled after done')).toBe(0);
  expect(status).toBe(0);
}, 120_000);

test('one that answers before it has stored is found out', async () => {
  const broken = join(import.meta.dirname, 'store-after-answer.ts');
  const { output, status } = await crash('--inbox', broken, '--cycles', '3', '--quiet', '3000');
  expect(figure(output, 'lost')).toBeGreaterThan(0);
  expect(figure(output, 'handled')).toBe(figure(output, 'acknowledged') - figure(output, 'lost'));
  expect(status).toBe(1);
}, 60_000);

test.each([
  [['--cycles', '0'], 'whole number'],
  [['--inbox', 'no-such-module.ts'], 'no-such-module.ts'],
  [['--cycle', '3'], '--cycle'],
])('%p ends with status 2 and says why', async (args, why) => {
  const { output, status } = await crash(...args);
  expect(output).toContain(why);
  expect(status).toBe(2);
});
