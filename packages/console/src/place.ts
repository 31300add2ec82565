import type { Asked } from './asked.ts';

/** Where below the mount a request is, and how its page's links get back to the mount. */
export interface Place {
  /** Decoded; empty for the mount itself. */
  readonly segments: readonly string[];
  /** `./`, `../`, `../../`: relative, so that a proxy may put the console under another path. */
  readonly root: string;
  /** From the mount itself to its first page. */
  readonly entrance: string;
}

export const placeOf = ({ path, pathname }: Pick<Asked, 'path' | 'pathname'>): Place => {
  const encoded = path.split('/').filter((segment) => segment !== '');
  // why: Next.js can be told to end every path with a slash; a browser then counts one folder more.
  const isFolder = pathname.endsWith('/');
  const depth = encoded.length - (isFolder ? 0 : 1);
  const last = pathname.split('/').at(-1) ?? '';
  return {
    segments: encoded.map(decoded),
    root: depth <= 0 ? './' : '../'.repeat(depth),
    entrance: isFolder ? './overview' : `./${last}/overview`,
  };
};

const decoded = (segment: string): string => {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
};
