import { quote } from '../rejection.ts';
import type { Finders } from './finders.ts';
import type { Finding, RefusedDelivery } from './finding.ts';
import { isNearly } from './nearly.ts';

/**
 * Which source the path was meant to name. Of the path itself only what is nearly a source's name is shown: the rest may be a token, in
 * a URL that was mistyped elsewhere.
 */
export const findInPath = ({ incoming, source }: RefusedDelivery, { sources }: Finders): Finding | undefined => {
  const names = [...sources.keys()];
  const listed = `Sources are: ${names.join(', ')}.`;
  const segments = segmentsOf(incoming.path);
  const [first, ...rest] = segments;
  if (source !== undefined) {
    return {
      cause: 'path-too-long',
      hint:
        `Source "${source.name}" takes nothing behind its name in the path, and the path has more. Take it off the URL at the platform; ` +
        'a token in the path belongs to sources that are proven by one.',
    };
  }
  if (first === undefined) {
    return {
      cause: 'source-missing',
      hint:
        'The URL ends before the name of a source. Give the platform the address with the name behind it; or, where the receiver is ' +
        `mounted at an address that ends in the name, mount it one segment higher. ${listed}`,
    };
  }
  const behind = names.find((name) => rest.includes(name));
  if (behind !== undefined) {
    return {
      cause: 'path-mounted-twice',
      hint:
        `The path names the source "${behind}", but not at its beginning: what the receiver is mounted at is still in it, or is in it ` +
        'twice. Either a framework or a proxy hands on the whole path, and the option "path" of the adapter must say what comes before ' +
        'the name; or the URL at the platform has the mount twice.',
    };
  }
  if (names.includes(first)) {
    return {
      cause: 'path-too-long',
      hint: `Behind the name of source "${first}" in the path there are more segments than one. Take them off the URL at the platform.`,
    };
  }
  const meant = names.find((name) => isNearly(first, name));
  if (meant === undefined) return undefined;
  return {
    cause: 'source-misspelt',
    hint:
      `The path names ${quote(first)}, and there is no such source. Did you mean "${meant}"? Names are compared to the letter, in upper ` +
      `and lower case too: mend the URL at the platform, or the name in "sources". ${listed}`,
  };
};

const segmentsOf = (path: string): readonly string[] => {
  try {
    return path
      .split('/', 20)
      .filter((part) => part !== '')
      .map(decodeURIComponent);
  } catch {
    return [];
  }
};
