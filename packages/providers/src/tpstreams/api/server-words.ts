import { asciiJson } from '@mediahooks/core';

/**
 * What an error's body says, as one line: TPStreams answers `{"detail": "…"}`, fields with a list of complaints each, or plain text.
 * Without the secrets given, and escaped: it ends in a terminal.
 */
export const serverWords = (body: string, secrets: readonly string[]): string => {
  const words = wordsOf(parsed(body)) ?? body;
  const scrubbed = secrets.reduce((text, secret) => text.replaceAll(secret, '[redacted]'), words);
  const line = scrubbed.replaceAll(/\s+/g, ' ').trim();
  // why: a page of a proxy in between says nothing that would help here.
  if (line === '' || line.startsWith('<')) return '';
  // why without its ends: those are quotation marks.
  return asciiJson(line.length > maxWords ? `${line.slice(0, maxWords)}...` : line).slice(1, -1);
};

const maxWords = 300;

const parsed = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
};

const wordsOf = (value: unknown): string | undefined => {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.flatMap((one) => wordsOf(one) ?? []).join(' ');
  if (typeof value !== 'object' || value === null) return undefined;
  if ('detail' in value) return wordsOf(value.detail);
  return Object.entries(value)
    .flatMap(([field, complaint]) => {
      const words = wordsOf(complaint);
      return words === undefined ? [] : [`${field}: ${words}`];
    })
    .join('; ');
};
