import { headersFromEntries } from '@mediahooks/core';
import { webhooksFromEnvironment } from '@mediahooks/providers/environment';
import { variables } from '../../src/environment/variables.ts';
import { thrownBy } from '../misconfiguration.ts';
import { examplePayload } from '../payload.ts';

const ignite = { MEDIAHOOKS_IGNITE_SECRET: 'whsec_1' };
const tpstreams = { MEDIAHOOKS_TPSTREAMS_TOKEN: 'tp-1' };
const echo3d = { MEDIAHOOKS_ECHO3D_URL_TOKEN: 'url-1', MEDIAHOOKS_ECHO3D_API_KEY: 'key-1' };
const cognito = {
  MEDIAHOOKS_3Q_COGNITO_USER_POOL_ID: 'eu-central-1_AbCdEfGhI',
  MEDIAHOOKS_3Q_COGNITO_CLIENT_ID: 'client-1, client-2',
};
const secret = {
  MEDIAHOOKS_3Q_SECRET: '3q-1',
  MEDIAHOOKS_3Q_SECRET_IN: 'header',
  MEDIAHOOKS_3Q_SECRET_NAME: 'x-3q-secret',
};
const gcore = { MEDIAHOOKS_GCORE: 'on' };

const sourceNames = ['gcore', 'ignite', 'tpstreams', 'echo3d', '3q'] as const;
type SourceName = (typeof sourceNames)[number];

/** Names of the sources there are: a handler can be registered only for those. */
const sourcesOf = (environment: Readonly<Record<string, string | undefined>>): SourceName[] => {
  const webhooks = webhooksFromEnvironment(environment, { logger: false });
  return sourceNames.filter((name) => {
    try {
      webhooks.on(`${name}.*`, () => undefined);
      return true;
    } catch {
      return false;
    }
  });
};

test.each([
  ['gcore', gcore],
  ['gcore', { MEDIAHOOKS_GCORE: 'on', MEDIAHOOKS_GCORE_RANGES: '203.0.113.0/24, 2001:db8::1' }],
  ['ignite', ignite],
  ['tpstreams', tpstreams],
  ['echo3d', echo3d],
  ['3q', cognito],
  ['3q', secret],
  ['3q', { ...cognito, ...secret }],
])('%s alone is configured by its variables', (name, environment) => {
  expect(sourcesOf({ PATH: '/bin', ...environment })).toEqual([name]);
});

test('all five together', () => {
  expect(sourcesOf({ ...gcore, ...ignite, ...tpstreams, ...echo3d, ...cognito, ...secret })).toEqual(sourceNames);
});

test('Gcore, which needs no secret, is there only where it is switched on', () => {
  expect(sourcesOf({ ...ignite, MEDIAHOOKS_GCORE: 'off' })).toEqual(['ignite']);
  expect(sourcesOf({ ...ignite, MEDIAHOOKS_GCORE: 'ON' })).toEqual(['gcore', 'ignite']);
  const thrown = thrownBy(() => webhooksFromEnvironment({ MEDIAHOOKS_GCORE: 'true' }));
  expect(thrown.code).toBe('option-invalid');
  expect(thrown.message).toContain('MEDIAHOOKS_GCORE');
});

test('with nothing configured, the variables are listed', () => {
  for (const environment of [{}, { PATH: '/bin' }, { MEDIAHOOKS_GCORE: 'off' }, { MEDIAHOOKS_TRUST_PROXY: '1' }]) {
    const thrown = thrownBy(() => webhooksFromEnvironment(environment));
    expect(thrown.code).toBe('nothing-configured');
    for (const variable of Object.keys(variables)) expect(thrown.message).toContain(variable);
  }
});

const incomplete: readonly (readonly [missing: string, environment: Readonly<Record<string, string>>])[] = [
  ['MEDIAHOOKS_GCORE', { MEDIAHOOKS_GCORE_RANGES: '203.0.113.0/24' }],
  ['MEDIAHOOKS_IGNITE_SECRET', { MEDIAHOOKS_IGNITE_SECRET_PREVIOUS: 'whsec_0' }],
  ['MEDIAHOOKS_TPSTREAMS_TOKEN', { MEDIAHOOKS_TPSTREAMS_TOKEN_PREVIOUS: 'tp-0' }],
  ['MEDIAHOOKS_ECHO3D_API_KEY', { MEDIAHOOKS_ECHO3D_URL_TOKEN: 'url-1' }],
  ['MEDIAHOOKS_ECHO3D_URL_TOKEN', { MEDIAHOOKS_ECHO3D_API_KEY: 'key-1' }],
  ['MEDIAHOOKS_3Q_COGNITO_CLIENT_ID', { MEDIAHOOKS_3Q_COGNITO_USER_POOL_ID: 'eu-central-1_AbCdEfGhI' }],
  ['MEDIAHOOKS_3Q_COGNITO_USER_POOL_ID', { MEDIAHOOKS_3Q_COGNITO_CLIENT_ID: 'client-1' }],
  ['MEDIAHOOKS_3Q_COGNITO_USER_POOL_ID', { MEDIAHOOKS_3Q_COGNITO_ISSUER: 'https://a.example' }],
  ['MEDIAHOOKS_3Q_SECRET_IN', { MEDIAHOOKS_3Q_SECRET: '3q-1' }],
  ['MEDIAHOOKS_3Q_SECRET_NAME', { MEDIAHOOKS_3Q_SECRET: '3q-1', MEDIAHOOKS_3Q_SECRET_IN: 'header' }],
  ['MEDIAHOOKS_3Q_SECRET', { MEDIAHOOKS_3Q_SECRET_IN: 'header', MEDIAHOOKS_3Q_SECRET_NAME: 'x-3q-secret' }],
];

test.each(incomplete)('a source without its %s is refused, though others are complete', (missing, environment) => {
  const other = missing.includes('IGNITE') ? tpstreams : ignite;
  const thrown = thrownBy(() => webhooksFromEnvironment({ ...environment, ...other }));
  expect(thrown.code).toBe('secret-missing');
  expect(thrown.message).toContain(`${missing} `);
});

const complete: Readonly<Record<string, string>> = {
  ...gcore,
  ...ignite,
  ...tpstreams,
  ...echo3d,
  ...cognito,
  ...secret,
};

test.each(Object.keys(variables))('%s is refused where it is set and blank', (variable) => {
  for (const blank of ['', '  ', '\n']) {
    const thrown = thrownBy(() => webhooksFromEnvironment({ ...complete, [variable]: blank }));
    expect(thrown.code).toBe('secret-empty');
    expect(thrown.message).toContain(`${variable} `);
  }
});

test.each(Object.keys(variables))('%s is refused where it ends with the newline of a file', (variable) => {
  const thrown = thrownBy(() => webhooksFromEnvironment({ ...complete, [variable]: `${complete[variable] ?? '1'}\n` }));
  expect(thrown.code).toBe('option-invalid');
  expect(thrown.message).toContain(`${variable} begins or ends with whitespace`);
});

test.each([
  ['MEDIAHOOKS_3Q_SECRET_IN', 'body', 'option-invalid'],
  ['MEDIAHOOKS_3Q_SECRET_NAME', 'a b', 'option-invalid'],
  ['MEDIAHOOKS_3Q_COGNITO_TOKEN_USE', 'both', 'option-invalid'],
  ['MEDIAHOOKS_3Q_COGNITO_CLIENT_ID', 'a,,b', 'secret-empty'],
  ['MEDIAHOOKS_TRUST_PROXY', 'true', 'trust-proxy-invalid'],
  ['MEDIAHOOKS_TRUST_PROXY', '1,2', 'trust-proxy-invalid'],
  ['MEDIAHOOKS_TRUST_PROXY', '-1', 'trust-proxy-invalid'],
  ['MEDIAHOOKS_TRUST_PROXY', '10.0.0.1,', 'secret-empty'],
])('%s = "%s" is refused, and named', (variable, value, code) => {
  const thrown = thrownBy(() => webhooksFromEnvironment({ ...complete, [variable]: value }));
  expect(thrown.code).toBe(code);
  expect(thrown.message).toContain(variable);
});

test.each(['MEDIAHOOKS_3Q_COGNITO_USER_POOL_ID', 'MEDIAHOOKS_3Q_COGNITO_JWKS_URI', 'MEDIAHOOKS_GCORE_RANGES'])(
  '%s that is no such thing is refused',
  (variable) => {
    expect(thrownBy(() => webhooksFromEnvironment({ ...complete, [variable]: 'x/y z' })).code).toBe('option-invalid');
  },
);

const post = (environment: Readonly<Record<string, string>>, options?: object) => {
  const webhooks = webhooksFromEnvironment(environment, { logger: false, ...options });
  return async (path: string, body: unknown, headers: Record<string, string> = {}, socketAddress = '127.0.0.1') => {
    const outcome = await webhooks.receive({
      method: 'POST',
      path,
      query: '',
      headers: headersFromEntries(Object.entries(headers)),
      socketAddress,
      hasSocket: true,
      readBody: () => new TextEncoder().encode(JSON.stringify(body)),
    });
    return outcome.rejection?.code ?? outcome.kind;
  };
};

test('the secret before the newest still counts where it is configured, commas and all', async () => {
  const body = examplePayload('tpstreams/video completed');
  const send = post({ MEDIAHOOKS_TPSTREAMS_TOKEN: 'new,est', MEDIAHOOKS_TPSTREAMS_TOKEN_PREVIOUS: 'older' });
  expect(await send('/tpstreams', body, { 'x-streams-token': 'new,est' })).toBe('ignored');
  expect(await send('/tpstreams', body, { 'x-streams-token': 'older' })).toBe('ignored');
  expect(await send('/tpstreams', body, { 'x-streams-token': 'new' })).toBe('credential-invalid');
});

test('echo3D and 3Q are received under their own names', async () => {
  const send = post({ ...echo3d, ...secret });
  const upload = { ...Object(examplePayload('echo3d/Upload')), apiKey: 'key-1' };
  expect(await send('/echo3d/url-1', upload)).toBe('ignored');
  expect(await send('/echo3d/url-2', upload)).toBe('credential-invalid');
  const fileNew = examplePayload('threeq/file.new');
  expect(await send('/3q', fileNew, { 'x-3q-secret': '3q-1' })).toBe('ignored');
  expect(await send('/3q', fileNew, { 'x-3q-secret': '3q-2' })).toBe('credential-invalid');
});

test.each([
  ['1', 'ignored'],
  ['0', 'address-not-allowed'],
  ['false', 'address-not-allowed'],
  ['loopback', 'ignored'],
  ['10.0.0.0/8, 127.0.0.1', 'ignored'],
  ['10.0.0.0/8', 'address-not-allowed'],
])('MEDIAHOOKS_TRUST_PROXY = "%s" says whether X-Forwarded-For is believed', async (trustProxy, result) => {
  const body = examplePayload('gcore/live stream has started');
  const send = post({ ...gcore, MEDIAHOOKS_TRUST_PROXY: trustProxy });
  expect(await send('/gcore', body, { 'x-forwarded-for': '92.223.123.5' })).toBe(result);
});

test('options of the code count before those of the environment', async () => {
  const body = examplePayload('gcore/live stream has started');
  const send = post({ ...gcore, MEDIAHOOKS_TRUST_PROXY: '1' }, { trustProxy: false });
  expect(await send('/gcore', body, { 'x-forwarded-for': '92.223.123.5' })).toBe('address-not-allowed');
  expect(await send('/gcore', body, {}, '92.223.123.5')).toBe('ignored');
});

test('other ranges of Gcore take the place of the usual ones', async () => {
  const body = examplePayload('gcore/live stream has started');
  const send = post({ ...gcore, MEDIAHOOKS_GCORE_RANGES: '203.0.113.7' });
  expect(await send('/gcore', body, {}, '203.0.113.7')).toBe('ignored');
  expect(await send('/gcore', body, {}, '92.223.123.5')).toBe('address-not-allowed');
});

test("without argument it reads the process's own environment", () => {
  process.env.MEDIAHOOKS_TPSTREAMS_TOKEN = 'tp-1';
  try {
    expect(webhooksFromEnvironment().addressSources).toEqual([]);
  } finally {
    delete process.env.MEDIAHOOKS_TPSTREAMS_TOKEN;
  }
});
