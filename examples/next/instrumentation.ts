/** Next.js calls this once, when the server starts: with a secret missing it does not start, instead of failing at the first delivery. */
export const register = async (): Promise<void> => {
  if (process.env.NEXT_RUNTIME !== 'nodejs') return;
  const [{ createModelWebhooks }, { videoWebhooks }] = await Promise.all([
    import('./lib/model-webhooks.ts'),
    import('./lib/video-webhooks.ts'),
  ]);
  createModelWebhooks();
  videoWebhooks();
};
