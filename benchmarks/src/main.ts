import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { cold } from './cold/cold.ts';
import { consolePages } from './console/console.ts';
import { core } from './core/core.ts';
import type { Figure, Group, RunSettings } from './figure.ts';
import { http } from './http/http.ts';
import { inbox } from './inbox/inbox.ts';
import { fillDocument, type Run } from './markdown.ts';
import { memory } from './memory/memory.ts';
import { type BenchmarkOptions, readOptions, usage } from './options.ts';
import { scale } from './scale/scale.ts';
import { tableOf } from './table.ts';
import { targetTable } from './targets.ts';
import { types } from './types/types.ts';

const run: Readonly<Record<Group, (settings: RunSettings) => Promise<readonly Figure[]>>> = {
  core,
  http,
  cold,
  memory,
  types,
  inbox,
  scale,
  console: consolePages,
};

const measure = async ({ add, only, short }: BenchmarkOptions): Promise<Run> => {
  const module = add === undefined ? undefined : pathToFileURL(resolve(add)).href;
  const figures: Figure[] = [];
  const machine = `Node ${process.version}, ${process.platform} ${process.arch}, ${cpus().length} cores`;
  process.stdout.write(`${machine}. Medians, and in brackets the range of the middle half of all rounds.\n`);
  for (const group of only) {
    const measured = await run[group]({ short, add: module });
    figures.push(...measured);
    process.stdout.write(tableOf(measured));
  }
  process.stdout.write(short ? '\nA short run: these figures mean nothing.\n' : targetTable(figures));
  return { machine, short, figures };
};

const main = async (): Promise<void> => {
  const options = readOptions(process.argv.slice(2));
  if (options.from !== undefined) {
    const measured: Run = JSON.parse(readFileSync(options.from, 'utf8'));
    process.stdout.write(measured.figures.length === 0 ? '' : tableOf(measured.figures));
    if (options.markdown !== undefined) fillDocument(options.markdown, measured);
    return;
  }
  const measured = await measure(options);
  const file = options.json ?? join(dirname(dirname(fileURLToPath(import.meta.url))), 'results', 'latest.json');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(measured, undefined, 2)}\n`);
  process.stdout.write(`\nThe figures are in ${file}.\n`);
  if (options.markdown !== undefined) fillDocument(options.markdown, measured);
};

try {
  await main();
} catch (error) {
  const known = error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
  process.stderr.write(known ? `${error.message}\n\n${usage}` : `${error instanceof Error ? error.stack : error}\n`);
  process.exitCode = 1;
}
