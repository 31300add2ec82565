import { fingerprint } from './assets/asset.ts';
import { icon } from './assets/icon.ts';
import { script } from './assets/script.ts';
import { style } from './assets/style.ts';
import { html, type Markup } from './html/html.ts';
import { htmlType, safetyHeaders } from './safety/headers.ts';

/** Every answer of the console is made here: none goes without its safety headers. */
export const answer = (
  body: ReadableStream<Uint8Array> | Uint8Array<ArrayBuffer> | string | null,
  status: number,
  headers: Readonly<Record<string, string>> = {},
): Response => new Response(body, { status, headers: { ...safetyHeaders, 'content-type': htmlType, ...headers } });

export const seeOther = (location: string): Response => answer(null, 303, { location });

/** For somebody who may not see the console: it links to nothing of it, not even its style sheet. */
export const deniedAnswer = (why: string): Response => {
  const page = html`<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Not allowed</title><meta name="color-scheme" content="light dark"><meta name="viewport" content="width=device-width, initial-scale=1"></head><body><main><h1>Not allowed</h1><p>${why}</p></main></body></html>`;
  return answer(String(page), 403);
};

/** Bytes of a delivery, as a file and nothing else: whatever they are, no browser shows or runs them here. */
export const download = (body: Uint8Array, id: string): Response =>
  answer(Uint8Array.from(body), 200, {
    'content-type': 'application/octet-stream',
    'content-disposition': `attachment; filename="delivery-${id.replace(/[^\w-]/g, '').slice(0, 80)}.bin"`,
    'content-security-policy': "default-src 'none'; sandbox",
  });

const assets: Readonly<Record<string, readonly [type: string, text: string]>> = {
  'console.css': ['text/css; charset=utf-8', style],
  'console.js': ['text/javascript; charset=utf-8', script],
  'icon.svg': ['image/svg+xml', icon],
};

/** A file of the console's own; what its address says of its version lets a browser keep it. */
export const assetAnswer = (name: string, version: string | null): Response | undefined => {
  const asset = Object.hasOwn(assets, name) ? assets[name] : undefined;
  if (asset === undefined) return undefined;
  const [type, text] = asset;
  return answer(text, 200, {
    'content-type': type,
    ...(version === fingerprint(text) && { 'cache-control': 'private, max-age=31536000, immutable' }),
  });
};

/** Changes when what is on a page does. */
export const stateOfPage = (body: Markup): string => fingerprint(String(body));
