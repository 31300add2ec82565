/** `0.8 ms`, `12 ms`, `1.2 s`, `3 min`, `5 h`, `2 days`. */
export const duration = (ms: number): string => {
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  if (ms < 3_600_000) return `${Math.round(ms / 60_000)} min`;
  return ms < 172_800_000 ? `${Math.round(ms / 3_600_000)} h` : `${Math.round(ms / 86_400_000)} days`;
};

/** Milliseconds for a JSON document: a clock's thousandths, and no more than it can tell. */
export const roundedMs = (ms: number): number => Math.round(ms * 1000) / 1000;

/** `512 B`, `1.5 kB`, `2.0 MB`. */
export const size = (bytes: number): string => {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
};
