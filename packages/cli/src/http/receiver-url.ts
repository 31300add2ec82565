import { CommandError } from '../command-error.ts';

/**
 * Where a receiver is mounted, from what was typed: the source's name at the end is taken away, because it is appended again, and so
 * are query and fragment.
 *
 * @throws {CommandError} `usage`
 */
export const receiverUrl = (option: string, text: string, source?: string): string => {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new CommandError(
      'usage',
      `${option} must be where the receiver is mounted, like http://127.0.0.1:3000/webhooks.`,
    );
  }
  const path = url.pathname.replace(/\/+$/, '');
  const mount = source !== undefined && path.endsWith(`/${source}`) ? path.slice(0, -source.length - 1) : path;
  url.pathname = mount;
  url.search = '';
  url.hash = '';
  return url.href.replace(/\/$/, '');
};

/** The same, fit to be shown: without user and password. */
export const shownUrl = (text: string): string => {
  const url = new URL(text);
  url.username = '';
  url.password = '';
  return url.href.replace(/\/$/, '');
};
