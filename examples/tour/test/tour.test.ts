import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const run = promisify(execFile);

interface Ended {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

const start = (args: readonly string[], env: Readonly<Record<string, string>> = {}): ChildProcess =>
  // why the flag: Node 22 warns of its SQLite.
  spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, ...args], {
    env: { ...process.env, PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });

const ended = (child: ChildProcess): Promise<Ended> =>
  new Promise((resolve) => {
    let out = '';
    let err = '';
    child.stdout?.on('data', (chunk) => {
      out += chunk;
    });
    child.stderr?.on('data', (chunk) => {
      err += chunk;
    });
    child.on('close', (status) => resolve({ status, out, err }));
  });

const tour = (args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ended> =>
  ended(start(args, env));

describe.each([
  { name: 'npm start -- --once', args: ['--once'], accepted: '202 stored' },
  { name: 'npm start -- --once --direct', args: ['--once', '--direct'], accepted: '200 handled' },
])('$name', ({ accepted, args }) => {
  let once: Ended;
  beforeAll(async () => {
    once = await tour(args);
  });

  test('ends with status 0 when every payload is handled and every forgery refused', () => {
    expect(once.err).toBe('');
    expect(once.status).toBe(0);
    expect(once.out).toContain('27 of 27 example payloads handled.');
    expect(once.out).toContain('31 of 31 forgeries refused.');
  });

  test('shows a row for each, and none that is not as expected', () => {
    const rows = once.out.split('\n').filter((line) => line.startsWith('  ✓'));
    expect(rows.filter((row) => row.includes(accepted))).toHaveLength(27);
    expect(rows.filter((row) => /(401|403) (credential|address)-/.test(row))).toHaveLength(31);
    expect(once.out).not.toContain('✗');
  });

  test('names the event of each source as the platform means it', () => {
    const types = (source: string) =>
      once.out
        .split('\n')
        .filter((line) => line.startsWith(`  ✓  ${source} `) && line.includes(accepted))
        .map((line) => line.trim().split(/\s+/)[2]);
    expect(types('gcore').slice(0, 4)).toEqual([
      'stream.started',
      'recording.started',
      'recording.finished',
      'stream.paused',
    ]);
    expect([types('ignite'), types('tpstreams'), types('3q')]).toEqual([
      ['video.updated'],
      ['video.completed'],
      ['file.new'],
    ]);
    expect(types('echo3d')).toHaveLength(9);
  });

  test('fits into 100 columns, without colours where there is no terminal', () => {
    expect(once.out.split('\n').filter((line) => line.length > 100)).toEqual([]);
    expect(once.out).not.toContain('\u001b');
  });

  test('shows no secret', () => {
    expect(once.out).not.toMatch(/whsec_|test-token|test-url-token|eyJ|bold-sky/);
  });
});

describe('npm start', () => {
  let child: ChildProcess;
  let end: Promise<Ended>;
  let printed = '';
  beforeAll(async () => {
    child = start([]);
    end = ended(child);
    await new Promise<void>((resolve) => {
      child.stdout?.on('data', (chunk) => {
        printed += chunk;
        if (printed.includes('What arrives:')) resolve();
      });
    });
  });
  afterAll(() => child.kill('SIGKILL'));

  const waitFor = async (text: string): Promise<void> => {
    if (printed.includes(text)) return;
    await new Promise<void>((resolve) => {
      child.stdout?.on('data', () => {
        if (printed.includes(text)) resolve();
      });
    });
  };

  test('shows as many forgeries in the console as it counts', async () => {
    const [, refused] = /(\d+) of \d+ forgeries refused/.exec(printed) ?? [];
    const [address = ''] = /http:\/\/127\.0\.0\.1:\d+\/console/.exec(printed) ?? [];
    const rejected = async () => {
      const page = await (await fetch(`${address}/deliveries?outcome=rejected`)).text();
      return page.match(/<td class="source">/g)?.length;
    };
    // why: what is refused is written after its answer.
    for (let tries = 0; tries < 50 && (await rejected()) !== Number(refused); tries += 1) await sleep(100);
    expect([refused, await rejected()]).toEqual(['31', 31]);
  });

  test('prints one line for the shell per source, and each of them is kept, handled and shown', async () => {
    const commands = printed.split('\n').filter((line) => /^(curl|t=)/.test(line));
    const sources = commands.map((command) => /webhooks\/(\w+)/.exec(command)?.[1]);
    expect(sources).toEqual(['gcore', 'ignite', 'tpstreams', 'echo3d', '3q']);
    for (const command of commands) {
      const { stdout, stderr } = await run('sh', ['-c', command]);
      expect([command, stderr, JSON.parse(stdout)]).toEqual([
        command,
        '',
        { outcome: 'stored', delivery: expect.any(String) },
      ]);
    }
    await waitFor('file:7');
    const feed = printed.slice(printed.indexOf('What arrives:'));
    const handledLines = () => printed.split('\n').filter((line) => / handled {5}/.test(line)).length;
    while (handledLines() < 5) await new Promise((resolve) => child.stdout?.once('data', resolve));
    for (const shown of ['stream.started', 'video.updated', 'video.completed', 'Upload', 'file.new', 'video:v7']) {
      expect(feed).toContain(shown);
    }
  });

  test('shows why a delivery is refused, and no control character of a stranger', async () => {
    const [origin = ''] = /http:\/\/127\.0\.0\.1:\d+/.exec(printed) ?? [];
    const refused = await fetch(`${origin}/webhooks/ignite`, { method: 'POST', body: '{}' });
    expect(refused.status).toBe(401);
    await waitFor('The header x-webhook-signature is');
    const token = await (await fetch(`${origin}/3q-token`)).text();
    const named = await fetch(`${origin}/webhooks/3q`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: '[{"Event":"\\u001b]0;title\\u0007odd"}]',
    });
    expect(named.status).toBe(202);
    await waitFor('?]0;title?odd');
    expect(printed).not.toContain('\u001b');
    expect(printed.slice(printed.indexOf('What arrives:'))).not.toContain(token);
  });

  test('shows the console to this machine, and to nobody behind a proxy', async () => {
    const [address = ''] = /http:\/\/127\.0\.0\.1:\d+\/console/.exec(printed) ?? [];
    const page = await (await fetch(`${address}/deliveries`)).text();
    expect(page).toContain('<td class="source">ignite</td>');
    expect(page).toContain('>rejected<');
    const forwarded = await fetch(`${address}/deliveries`, { headers: { 'x-forwarded-for': '127.0.0.1' } });
    expect(forwarded.status).toBe(403);
  });

  test('ends with status 0 at Ctrl-C, though a page of the console is open', async () => {
    const [address = ''] = /http:\/\/127\.0\.0\.1:\d+\/console/.exec(printed) ?? [];
    const stream = await fetch(`${address}/live?page=overview`);
    expect(stream.headers.get('content-type')).toBe('text/event-stream');
    child.kill('SIGINT');
    const { status, err, out } = await end;
    expect([status, err]).toEqual([0, '']);
    expect(out).toMatch(/Stopped\.\n$/);
  });
});

describe('the command line', () => {
  test('--help explains and does nothing else', async () => {
    const { status, out } = await tour(['--help']);
    expect(status).toBe(0);
    expect(out).toContain('--once');
    expect(out).not.toContain('SOURCE');
  });

  test.each([['--onec'], ['-x'], ['more']])('%s is refused with status 2', async (argument) => {
    const { status, out, err } = await tour([argument]);
    expect([status, out]).toEqual([2, '']);
    expect(err).toContain(argument);
  });

  test.each(['http', '-1', '65536', '3000.5'])('PORT=%s is refused with status 2', async (port) => {
    const { status, err } = await tour(['--once'], { PORT: port });
    expect(status).toBe(2);
    expect(err).toContain(`PORT must be a number from 0 to 65535, not "${port}".`);
  });

  test('a port that is taken is named, with the way out', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const { status, err } = await tour(['--once'], { PORT: String(port) });
    await new Promise((resolve) => server.close(resolve));
    expect(status).toBe(1);
    expect(err).toMatch(new RegExp(`^Port ${port} is taken\\..*PORT=0 npm start\\n$`));
  });
});
