import { join } from 'node:path';
import { run } from '../../../tests/project/run.ts';
import { canStartPostgres } from '../../../tests/services/postgres.ts';
import { canStartRedis } from '../../../tests/services/redis.ts';
import { canCutPower } from '../disk.ts';

const script = join(import.meta.dirname, '..', 'main.ts');
const flags = [
  '--conditions=@mediahooks/source',
  '--experimental-strip-types',
  '--disable-warning=ExperimentalWarning',
];

const hasDisk = await canCutPower();

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

describe.each([
  ['postgres', canStartPostgres()],
  ['redis', canStartRedis()],
])('%s', (inbox, isThere) => {
  (isThere ? test : test.skip).each(['process', 'engine', 'both'])(
    'loses nothing when %s is killed ten times',
    async (kill) => {
      const { output, status } = await crash('--inbox', inbox, '--cycles', '10', '--kill', kill);
      expect(output).toMatch(/^lost +0$/m);
      expect(figure(output, 'killed')).toBe(kill === 'engine' ? 0 : 10);
      expect(figure(output, 'engine killed')).toBe(kill === 'process' ? 0 : 10);
      expect(figure(output, 'acknowledged')).toBeGreaterThan(0);
      expect(figure(output, 'handled')).toBe(figure(output, 'acknowledged'));
      expect(figure(output, 'handled after done')).toBe(0);
      expect(status).toBe(0);
    },
    240_000,
  );
});

describe('where the power is cut', () => {
  // why: a disk that can lose what was not flushed takes root, which a developer's tests do not run as.
  const onSuchADisk = hasDisk ? test : test.skip;

  onSuchADisk(
    'a receiver on SQLite loses nothing it has answered 2xx',
    async () => {
      const { output, status } = await crash('--inbox', 'sqlite', '--cycles', '6', '--kill', 'power');
      expect(output).toMatch(/^lost +0$/m);
      expect(figure(output, 'killed')).toBe(6);
      expect(figure(output, 'acknowledged')).toBeGreaterThan(0);
      expect(figure(output, 'handled')).toBe(figure(output, 'acknowledged'));
      expect(status).toBe(0);
    },
    120_000,
  );

  onSuchADisk(
    'one that flushes nothing is found out',
    async () => {
      const careless = join(import.meta.dirname, 'store-without-flush.ts');
      const { output, status } = await crash(
        '--inbox',
        careless,
        '--cycles',
        '4',
        '--kill',
        'power',
        '--quiet',
        '3000',
      );
      expect(figure(output, 'lost')).toBeGreaterThan(0);
      expect(status).toBe(1);
    },
    120_000,
  );
});

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
  [['--kill', 'everything'], 'process, engine, both, power'],
  [['--inbox', 'sqlite', '--kill', 'engine'], 'sqlite has no server'],
  [['--inbox', 'redis', '--kill', 'both', '--url', 'redis://127.0.0.1:1'], 'is left alone'],
])(
  '%p ends with status 2 and says why',
  async (args, why) => {
    const { output, status } = await crash(...args);
    expect(output).toContain(why);
    expect(status).toBe(2);
  },
  60_000,
);
