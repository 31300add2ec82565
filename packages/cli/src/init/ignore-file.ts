/** What a project keeps out of git: what `init` writes, and what `mediahooks listen` makes, secrets and deliveries. */
const wanted = [
  { line: 'node_modules/', files: ['node_modules'] },
  { line: '.env', files: ['.env'] },
  { line: '.mediahooks.env', files: ['.mediahooks.env'] },
  { line: 'mediahooks.db*', files: ['mediahooks.db', 'mediahooks.db-wal', 'mediahooks.db-shm'] },
] as const;

/** The text of a `.gitignore`. */
export const ignoreFile = (): string => `${wanted.map(({ line }) => line).join('\n')}\n`;

/** The lines that a `.gitignore` lacks, of those for files that hold secrets or deliveries. */
export const linesMissingIn = (text: string): readonly string[] =>
  wanted
    .filter(({ files, line }) => line !== 'node_modules/' && !files.every((file) => isIgnored(file, text)))
    .map(({ line }) => line);

/** As git reads it, of a file beside the `.gitignore`: the last pattern that matches counts. */
const isIgnored = (file: string, text: string): boolean =>
  text
    .split(/\r?\n/)
    .map((line) => /^(?<not>!?)(?:\*\*\/|\/)?(?<pattern>[^#/][^/]*?) *$/.exec(line)?.groups)
    .findLast((groups) => groups?.pattern !== undefined && matches(file, groups.pattern))?.not === '';

const matches = (file: string, pattern: string): boolean => {
  // why: character classes are not read. A line too many is told of where one would do, and nothing is lost.
  const expression = pattern
    .replace(/[$()+.[\]^{|}\\]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${expression}$`).test(file);
};
