import { globSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { compiler, repository, runScript } from './run.ts';

/** A fence of TypeScript in a page. */
export interface Snippet {
  /** Path of the page in the repository. */
  readonly page: string;
  /** Line of the snippet's first line of code, from 1. */
  readonly line: number;
  readonly code: string;
  /** Where the snippet is not compiled, why: "```ts ignore: <reason>". */
  readonly ignored?: string;
}

export const pages = (): string[] =>
  globSync(['*.md', 'docs/**/*.md', 'packages/*/README.md', 'examples/*/README.md'], { cwd: repository })
    .map((page) => page.replaceAll('\\', '/'))
    .sort();

/** @throws where a fence is not closed, or ignored without a reason. */
export const snippetsOf = (page: string, markdown: string): Snippet[] => {
  const snippets: Snippet[] = [];
  const lines = markdown.split('\n');
  for (let index = 0; index < lines.length; index += 1) {
    const opening = /^( *)(`{3,})(.*)$/.exec(lines[index] ?? '');
    if (opening === null) continue;
    const [, indent = '', fence = '', info = ''] = opening;
    const end = lines.findIndex((line, at) => at > index && line.trim() === fence);
    if (end === -1) throw new Error(`${page}:${index + 1}: the fence is not closed.`);
    const [, ignore] = /^(?:ts|tsx|typescript)\b *(.*)$/.exec(info.trim()) ?? [];
    if (ignore !== undefined) {
      const code = lines.slice(index + 1, end).map((line) => line.slice(indent.length));
      const reason = /^ignore: *(\S.*)$/.exec(ignore)?.[1];
      if (ignore !== '' && reason === undefined) {
        throw new Error(`${page}:${index + 1}: write \`\`\`ts, or \`\`\`ts ignore: and the reason.`);
      }
      snippets.push({ page, line: index + 2, code: code.join('\n'), ...(reason && { ignored: reason }) });
    }
    index = end;
  }
  return snippets;
};

const folder = join(repository, 'tests', '.snippets');

/**
 * Compiles every snippet as a module, against the built packages, in one run of the compiler. Each page is a program of its own,
 * so that one page's `declare module` is not another's. A snippet that begins with the comment `// some/file.ts` has that name,
 * and the others on its page can import it. What is given back is what the compiler says, by `page:line` of the snippet.
 */
export const compileSnippets = async (snippets: readonly Snippet[]): Promise<ReadonlyMap<string, string[]>> => {
  rmSync(folder, { recursive: true, force: true });
  const byFile = new Map<string, Snippet>();
  for (const snippet of snippets) {
    const named = /^\/\/ ([\w./[\]-]+\.tsx?)$/.exec(snippet.code.split('\n')[0] ?? '')?.[1];
    const place = join(folder, folderOf(snippet.page));
    const wanted = join(place, named ?? `line-${snippet.line}.ts`);
    const file = byFile.has(wanted) ? join(place, `line-${snippet.line}.ts`) : wanted;
    byFile.set(file, snippet);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${snippet.code}\n`);
  }
  const projects = [...new Set(snippets.map(({ page }) => page))].map(writeProject);
  const { output } = await runScript(compiler, ['-b', ...projects, '--pretty', 'false']);
  return collect(output, byFile);
};

export const placeOf = ({ page, line }: Snippet): string => `${page}:${line}`;

const folderOf = (page: string): string => page.replaceAll('/', '--').replace(/\.md$/, '');

const writeProject = (page: string): string => {
  const project = join(folder, folderOf(page));
  // why: Next.js bundles, so there imports have no extension; everything else is run by Node as it stands.
  const module = page.includes('next')
    ? { module: 'esnext', moduleResolution: 'bundler', jsx: 'preserve' }
    : { module: 'nodenext', rewriteRelativeImportExtensions: true };
  writeFileSync(
    join(project, 'tsconfig.json'),
    JSON.stringify({
      compilerOptions: {
        ...module,
        target: 'es2023',
        lib: ['es2023', 'dom', 'dom.iterable'],
        types: ['node', 'jest'],
        strict: true,
        noUncheckedIndexedAccess: true,
        exactOptionalPropertyTypes: true,
        moduleDetection: 'force',
        skipLibCheck: true,
        rootDir: '.',
        outDir: 'out',
        noEmitOnError: true,
      },
      include: ['.'],
    }),
  );
  return project;
};

/** `tests/.snippets/<page>/<file>(3,7): error TS…` to `<page>:<line>: error TS…`. What has no place in a snippet comes under ''. */
const collect = (output: string, byFile: ReadonlyMap<string, Snippet>): Map<string, string[]> => {
  const problems = new Map<string, string[]>();
  let place = '';
  for (const line of output.split('\n').filter((one) => one.trim() !== '')) {
    const [, file = '', row = '', message = ''] = /^(\S[^(]*)\((\d+),\d+\): (.*)$/.exec(line) ?? [];
    const snippet = byFile.get(join(repository, file));
    if (!line.startsWith(' ')) place = snippet === undefined ? '' : placeOf(snippet);
    const shown = snippet === undefined ? line : `${snippet.page}:${snippet.line + Number(row) - 1}: ${message}`;
    problems.set(place, [...(problems.get(place) ?? []), shown]);
  }
  return problems;
};
