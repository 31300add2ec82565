/**
 * What {@link deliver} proves deliveries with unless told otherwise. Give the same to the receiver under test:
 *
 * ```ts
 * createWebhooks({ sources: { ignite: ignite(testCredentials.ignite), echo3d: echo3d(testCredentials.echo3d) } });
 * ```
 *
 * They are public. Never configure a real receiver with them.
 */
export const testCredentials = {
  gcore: {
    /** In `92.223.123.0/24`, one of the two ranges that Gcore sends from. */
    address: '92.223.123.5',
  },
  ignite: { secret: 'whsec_test_secret_0001' },
  tpstreams: { token: 'tpstreams-test-token-0001' },
  echo3d: {
    urlToken: 'echo3d-test-url-token-0001',
    /** The API key in the example payloads of echo3D's page. */
    apiKey: 'bold-sky-1234',
  },
  threeq: { secret: { in: 'header', name: 'x-3q-secret', value: '3q-test-secret-0001' } },
} as const;
