import { listenInboxFile } from '../listen/listen-options.ts';
import { appInboxFile } from '../settings/unnamed-inbox.ts';

/** What a project keeps out of git: what `init` writes, an app's inbox, and what `mediahooks listen` makes, secrets and deliveries. */
const wanted = [
  { line: 'node_modules/', files: ['node_modules'] },
  { line: '.env', files: ['.env'] },
  { line: '.mediahooks.env', files: ['.mediahooks.env'] },
  ...[appInboxFile, listenInboxFile].map((file) => ({
    line: `${file}*`,
    files: [file, `${file}-wal`, `${file}-shm`],
  })),
];

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
    .map((line) => /^(?<not>!?)(?:\*\*\/|\/)?(?<pattern>[^#/][^/]*)$/.exec(withoutBlanksBehind(line))?.groups)
    .findLast((groups) => groups?.pattern !== undefined && matches(file, groups.pattern))?.not === '';

// why no regular expression, here and below: some texts keep one busy for ever, and the project may be somebody else's.
const withoutBlanksBehind = (line: string): string => {
  let end = line.length;
  while (line[end - 1] === ' ') end -= 1;
  return line.slice(0, end);
};

// why: character classes are not read. A line too many is told of where one would do, and nothing is lost.
const matches = (file: string, pattern: string): boolean => {
  /** Each length that the pattern, as far as it is read, can have of the name. */
  let lengths = [0];
  for (const mark of pattern) {
    const [shortest] = lengths;
    if (shortest === undefined) return false;
    lengths =
      mark === '*'
        ? Array.from({ length: file.length - shortest + 1 }, (_, more) => shortest + more)
        : lengths.flatMap((length) =>
            length < file.length && (mark === '?' || mark === file[length]) ? [length + 1] : [],
          );
  }
  return lengths.at(-1) === file.length;
};
