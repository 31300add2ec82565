import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { exitCodes, runCommand } from 'mediahooks';
import { commandErrorCodes } from '../packages/cli/src/command-error.ts';
import { runCli } from '../packages/cli/test/command.ts';
import { repository } from './project/run.ts';

const page = readFileSync(join(repository, 'docs', 'cli.md'), 'utf8');

/** The cells of all table rows that begin with such a cell. */
const rows = (first: RegExp): string[][] =>
  page
    .split('\n')
    .map((line) => line.slice(2, -2).split(' | '))
    .filter(([cell = '']) => first.test(cell));

const help = async (...command: readonly string[]): Promise<string> => {
  const { status, stdout } = await runCli([...command, '--help'], { directory: repository });
  expect({ command, status }).toEqual({ command, status: 0 });
  return stdout;
};

/** What a help lists as its subcommands, but for `help` itself. */
const subcommands = (text: string): string[] =>
  [...(text.split('\nCommands:\n')[1] ?? '').matchAll(/^ {2}(\w+)/gm)]
    .map(([, name = '']) => name)
    .filter((name) => name !== 'help');

/** Every command there is, with its help: `inbox`, `inbox list`, … */
const allCommands = async (command: readonly string[] = []): Promise<[string, string][]> => {
  const text = await help(...command);
  const found: [string, string][] = [[command.join(' '), text]];
  for (const name of subcommands(text.split('\n\nSecrets come')[0] ?? ''))
    found.push(...(await allCommands([...command, name])));
  return found;
};

test('docs/cli.md has every command and every option, and every help has --json and examples', async () => {
  const commands = await allCommands();
  expect(commands.map(([name]) => name)).toEqual(
    expect.arrayContaining(['send', 'listen', 'explain', 'inbox replay', 'console', 'init']),
  );
  for (const [name, text] of commands) {
    for (const word of name.split(' ')) expect(page).toContain(word);
    const options = [...text.matchAll(/^ {2}(?:-\w, )?(--[\w-]+)/gm)].map(([, option = '']) => option);
    const missing = options.filter(
      (option) => option !== '--help' && option !== '--version' && !page.includes(`${option}`),
    );
    expect({ name, missing }).toEqual({ name, missing: [] });
    if (name === '' || subcommands(text).length > 0) continue;
    const examples = [...text.matchAll(/^ {2}(?:\w+ \| )?mediahooks /gm)].length;
    expect({ name, json: options.includes('--json'), examples: examples > 0 }).toEqual({
      name,
      json: true,
      examples: true,
    });
  }
}, 60_000);

test('docs/cli.md shows ids as an inbox makes them, and shortens one to what tells it apart', () => {
  const ids = [...new Set(page.match(/\b[0-9a-f]{8}-[0-9a-f-]{27}\b/g) ?? [])];
  expect(ids.length).toBeGreaterThan(4);
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  const [, shortened = ''] = /inbox replay ([0-9a-f]+) /.exec(page) ?? [];
  expect(ids.filter((id) => id.startsWith(shortened))).toHaveLength(1);
  expect(ids.filter((id) => id.startsWith(shortened.slice(0, 4))).length).toBeGreaterThan(1);
});

test('docs/cli.md lists what the command ends with', () => {
  expect(rows(/^\d+$/).map(([code]) => Number(code))).toEqual(Object.values(exitCodes));
});

test('docs/cli.md lists the codes of errors, and what each ends with', () => {
  const listed = rows(/^`[a-z-]+`$/).map(([code = '', status]) => [code.slice(1, -1), Number(status)]);
  const wanted = new Map<string, number>(Object.entries(commandErrorCodes));
  expect(
    new Map(
      listed.filter(([, status]) => !Number.isNaN(status)).map(([code, status]) => [String(code), Number(status)]),
    ),
  ).toEqual(wanted);
});

test('the command can be run from a program, and gives what it ends with', async () => {
  expect(await runCommand(['send', 'nowhere', 'x', '--json'])).toBe(exitCodes.misused);
});
