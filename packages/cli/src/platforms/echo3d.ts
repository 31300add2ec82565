import { createPlatform } from './platform.ts';

export const echo3dPlatform = createPlatform({
  provider: 'echo3d',
  source: 'echo3d',
  secretVariable: 'MEDIAHOOKS_ECHO3D_URL_TOKEN',
  async prove(secrets) {
    const urlToken = await secrets.need('MEDIAHOOKS_ECHO3D_URL_TOKEN');
    const apiKey = await secrets.need('MEDIAHOOKS_ECHO3D_API_KEY');
    return () => ({ urlToken, apiKey });
  },
});
