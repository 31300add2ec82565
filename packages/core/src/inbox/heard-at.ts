const hourMs = 60 * 60 * 1000;

/**
 * When a subject was last heard of, for retention: the full hour after a delivery about it was received. In milliseconds since the
 * epoch, like `receivedAt`.
 *
 * why not to the millisecond: an engine finds old subjects by an index, and one that hardly ever changes costs hardly anything.
 */
export const heardAtOf = (receivedAt: number): number => Math.ceil(receivedAt / hourMs) * hourMs;
