import { createPlatform } from './platform.ts';

export const tpstreamsPlatform = createPlatform({
  provider: 'tpstreams',
  source: 'tpstreams',
  secretVariable: 'MEDIAHOOKS_TPSTREAMS_TOKEN',
  async prove(secrets) {
    const token = await secrets.need('MEDIAHOOKS_TPSTREAMS_TOKEN');
    return () => ({ token });
  },
});
