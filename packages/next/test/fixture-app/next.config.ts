import type { NextConfig } from 'next';

const config: NextConfig = {
  // why: the tests of this repository check the types of this folder.
  typescript: { ignoreBuildErrors: true },
  rewrites: async () => [{ source: '/rewritten/:path*', destination: '/webhooks/:path*' }],
};

export default config;
