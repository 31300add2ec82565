import type { Viewer } from './authorize.ts';

/** Ties the forms of a page to the browser and the user it was made for. */
export interface FormToken {
  /** Stands in every form. */
  readonly token: string;
  /** `Set-Cookie`, where the browser has no cookie of ours yet. */
  readonly cookie: string | undefined;
  /** Whether a form that came back holds it. */
  matches(given: string | null): boolean;
}

const nonceBytes = 32;

/**
 * The token is an HMAC of the user's name under a random key that only the browser's cookie holds: nothing is kept here, so any process
 * may answer, and one user's token is not another's.
 */
export const createFormToken = async (request: Request, { user }: Viewer): Promise<FormToken> => {
  const isSecure =
    new URL(request.url).protocol === 'https:' ||
    request.headers.get('x-forwarded-proto')?.split(',')[0]?.trim() === 'https';
  const name = isSecure ? '__Host-mediahooks-console' : 'mediahooks-console';
  const known = cookieOf(request.headers.get('cookie') ?? '', name);
  const key = known ?? hexOf(crypto.getRandomValues(new Uint8Array(nonceBytes)));
  const token = await keyed(key, JSON.stringify(['mediahooks console', user ?? null]));
  return {
    token,
    cookie:
      known === undefined
        ? `${name}=${key}; Path=/; HttpOnly; SameSite=Strict${isSecure ? '; Secure' : ''}`
        : undefined,
    // why: without a cookie that came along there was no page of ours this form could be from.
    matches: (given) => known !== undefined && given !== null && equalText(given, token),
  };
};

const cookieOf = (header: string, name: string): string | undefined => {
  const found = header
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`));
  // why: two of them, and one was planted for another path or by another subdomain.
  const value = found.length === 1 ? found[0]?.slice(name.length + 1) : undefined;
  return value !== undefined && /^[0-9a-f]{64}$/.test(value) ? value : undefined;
};

const keyed = async (key: string, text: string): Promise<string> => {
  const bytes = new TextEncoder();
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const imported = await crypto.subtle.importKey('raw', bytes.encode(key), algorithm, false, ['sign']);
  return hexOf(new Uint8Array(await crypto.subtle.sign(algorithm, imported, bytes.encode(text))));
};

const hexOf = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');

/** Takes as long for any two texts of a length. */
const equalText = (left: string, right: string): boolean => {
  if (left.length !== right.length) return false;
  let difference = 0;
  for (let index = 0; index < left.length; index += 1) difference |= left.charCodeAt(index) ^ right.charCodeAt(index);
  return difference === 0;
};
