import { createWebhooks } from '@mediahooks/core';
import { echo3d, gcore, ignite, threeq, tpstreams } from '@mediahooks/providers';

const { env } = process;

// Delete the sources you do not have. An empty secret stops the app at start, and the error names the variable.
export const webhooks = createWebhooks({
  sources: {
    gcore: gcore(),
    ignite: ignite({ secret: env.MEDIAHOOKS_IGNITE_SECRET ?? '' }),
    tpstreams: tpstreams({ token: env.MEDIAHOOKS_TPSTREAMS_TOKEN ?? '' }),
    echo3d: echo3d({ urlToken: env.MEDIAHOOKS_ECHO3D_URL_TOKEN ?? '', apiKey: env.MEDIAHOOKS_ECHO3D_API_KEY ?? '' }),
    '3q': threeq({ secret: { in: 'header', name: 'x-3q-secret', value: env.MEDIAHOOKS_3Q_SECRET ?? '' } }),
  },
});
