import { html, type Markup } from './html.ts';
import { count } from './time.ts';

const rowBytes = 16;
/** So many bytes are shown in hex, and so many as text; the rest is in the download. */
const maxHexBytes = 2048;
const maxTextBytes = 16 * 1024;

/** Bytes as hexadecimal and as what they are in ASCII, sixteen in a row. */
export const hexDump = (bytes: Uint8Array): Markup => {
  const rows: string[] = [];
  for (let at = 0; at < Math.min(bytes.length, maxHexBytes); at += rowBytes) {
    const row = [...bytes.subarray(at, at + rowBytes)];
    const hex = row.map((byte) => byte.toString(16).padStart(2, '0'));
    const left = hex.slice(0, 8).join(' ').padEnd(23);
    const right = hex.slice(8).join(' ').padEnd(23);
    const text = row.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·')).join('');
    rows.push(`${at.toString(16).padStart(6, '0')}  ${left}  ${right}  ${text}`);
  }
  return html`<pre class="hex" tabindex="0" aria-label="Body in hex">${rows.join('\n')}</pre>${beyond(bytes.length, maxHexBytes)}`;
};

/** Bytes as UTF-8; what is none becomes U+FFFD. */
export const bytesText = (bytes: Uint8Array): Markup => {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(0, maxTextBytes));
  return html`<pre class="wrap" tabindex="0" aria-label="Body as text">${text}</pre>${beyond(bytes.length, maxTextBytes)}`;
};

const beyond = (length: number, shown: number): Markup | undefined =>
  length > shown
    ? html`<p class="muted">… ${count(length - shown)} more bytes: they are in the download.</p>`
    : undefined;
