/** Time, passed in, so that tests need no sleep. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /**
   * Calls back once, after `ms` milliseconds; the function it returns cancels that. With `keepsAlive: false`, a process that has nothing
   * else to do may end before.
   */
  after(ms: number, callback: () => void, options?: { readonly keepsAlive?: boolean }): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, callback, { keepsAlive = true } = {}) {
    // why: beyond 2^31-1 ms, about 25 days, a timer would fire at once.
    const timer = setTimeout(callback, Math.min(ms, 2_147_483_647));
    // why: only Node's timers hold a process, and only they are objects.
    if (!keepsAlive && typeof timer === 'object') timer.unref();
    return () => clearTimeout(timer);
  },
};
