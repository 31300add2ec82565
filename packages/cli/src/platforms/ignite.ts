import { createPlatform } from './platform.ts';

export const ignitePlatform = createPlatform({
  provider: 'ignite',
  source: 'ignite',
  signsBody: true,
  secretVariable: 'MEDIAHOOKS_IGNITE_SECRET',
  async prove(secrets) {
    const secret = await secrets.need('MEDIAHOOKS_IGNITE_SECRET');
    let last = 0;
    return () => {
      // why: two equal bodies signed in one millisecond have one signature, and the second would be a duplicate.
      last = Math.max(last + 1, Date.now());
      return { secret, now: last };
    };
  },
  /** The platform's own later states are newer, too: sent out of order, an older one is stale. */
  vary: (example, n) =>
    typeof example === 'object' && example !== null && 'updatedAt' in example
      ? { ...example, updatedAt: new Date(Date.parse(String(example.updatedAt)) + n - 1).toISOString() }
      : example,
});
