const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** For people: `120 ms`, `30 seconds`, `6 minutes`, `2.5 hours`, `1103 days`. */
export const duration = (ms: number): string => {
  if (ms >= 2 * dayMs) return `${Math.round(ms / dayMs)} days`;
  if (ms >= 2 * hourMs) return `${(ms / hourMs).toFixed(1)} hours`;
  if (ms >= 120_000) return `${Math.round(ms / 60_000)} minutes`;
  return ms >= 2000 ? `${Math.round(ms / 1000)} seconds` : `${ms} ms`;
};
