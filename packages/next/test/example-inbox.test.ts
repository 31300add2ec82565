import { fileURLToPath } from 'node:url';
import { createFetchHandler, createWebhooks, type Inbox } from '@mediahooks/core';
import { postgresInbox } from '@mediahooks/inbox-postgres';
import { ignite } from '@mediahooks/providers';
import { deliver, type JsonValue, type TestDelivery, testCredentials } from '@mediahooks/testing';
import { findPostgres, type PostgresService } from '../../../tests/services/postgres.ts';
import { until } from '../../inbox-postgres/test/fixtures.ts';
import { dropSchema, makeTables, newSchema } from '../../inbox-postgres/test/schemas.ts';
import { buildNextApp, type NextApp } from './start/next-app.ts';
import type { NextServer } from './start/next-server.ts';

const folder = fileURLToPath(new URL('../../../examples/next/', import.meta.url));
const cronSecret = 'a secret of the scheduler';
const authorised = { authorization: `Bearer ${cronSecret}` };

const service = await findPostgres();
const describeWith = service === undefined ? describe.skip : describe;

describeWith('examples/next with an inbox on PostgreSQL', () => {
  const schema = newSchema();
  let app: NextApp;
  /** On the same tables: what a second process sees of them, and stores in them. It hands nothing to handlers. */
  let inbox: Inbox;

  const start = (more: Readonly<Record<string, string>> = {}): Promise<NextServer> =>
    app.start({
      MEDIAHOOKS_IGNITE_SECRET: testCredentials.ignite.secret,
      MEDIAHOOKS_TPSTREAMS_TOKEN: testCredentials.tpstreams.token,
      MEDIAHOOKS_ECHO3D_URL_TOKEN: testCredentials.echo3d.urlToken,
      MEDIAHOOKS_ECHO3D_API_KEY: testCredentials.echo3d.apiKey,
      DATABASE_URL: postgres().url,
      DATABASE_SCHEMA: schema,
      ...more,
    });

  beforeAll(async () => {
    inbox = postgresInbox({ connectionString: postgres().url, schema });
    await makeTables(inbox);
    // why: without DATABASE_URL, as in the build of a container.
    app = await buildNextApp(folder, {});
  }, 180_000);

  afterAll(async () => {
    await app?.remove();
    await inbox.stop({ timeoutMs: 0 });
    await dropSchema(postgres().url, schema);
    await postgres().stop();
  }, 30_000);

  const handledEvents = async (): Promise<number> => (await inbox.stats()).events.handled;

  const storeWithoutWorker = (delivery: TestDelivery): Promise<Response> => {
    const receiver = createWebhooks({
      sources: { ignite: ignite({ secret: testCredentials.ignite.secret }) },
      inbox,
      logger: false,
    });
    return createFetchHandler(receiver)(delivery.toRequest());
  };

  test('answers once it is stored, handles it soon after, and shows each video without being asked', async () => {
    const server = await start({ CRON_SECRET: cronSecret });
    expect(await page(server)).not.toContain('The Long Walk');
    // why two: the first begins the worker, the second finds it at work.
    for (const title of ['The Long Walk', 'The Way Back']) {
      expect(await answerTo(server, video(title, 'body'))).toEqual({ status: 401, code: 'credential-invalid' });
      expect(await answerTo(server, video(title))).toEqual({ status: 202, code: 'stored' });
      await until(async () => (await page(server)).includes(title), 20_000);
    }
    expect(await handledEvents()).toBe(2);
    await server.stop();
  }, 60_000);

  test('handles what no worker has handled when its scheduler calls, and for nobody else', async () => {
    const handledBefore = await handledEvents();
    const stored = await storeWithoutWorker(video('A Short Ride'));
    expect([stored.status, (await stored.json()).outcome]).toEqual([202, 'stored']);
    const server = await start({ CRON_SECRET: cronSecret });
    for (const headers of [
      {},
      { authorization: cronSecret },
      { authorization: 'Bearer ' },
      { authorization: `Bearer ${cronSecret.slice(0, -1)}` },
      { authorization: `Bearer ${cronSecret}x` },
    ]) {
      for (const method of ['GET', 'POST']) {
        const refused = await fetch(`${server.url}/api/drain`, { method, headers });
        expect({ headers, status: refused.status }).toEqual({ headers, status: 401 });
        expect(refused.headers.get('www-authenticate')).toBe('Bearer');
      }
    }
    expect((await inbox.stats()).events).toMatchObject({ pending: 1, handled: handledBefore });

    const drained = await fetch(`${server.url}/api/drain`, { headers: authorised });
    expect([drained.status, await drained.json()]).toEqual([200, { events: 1, isTimeUp: false }]);
    expect((await inbox.stats()).events).toMatchObject({ pending: 0, handled: handledBefore + 1 });
    expect(await page(server)).toContain('A Short Ride');

    const again = await fetch(`${server.url}/api/drain`, { method: 'POST', headers: authorised });
    expect([again.status, await again.json()]).toEqual([200, { events: 0, isTimeUp: false }]);
    await server.stop();
  }, 60_000);

  test('shows with the next drain what its worker has handled outside of any request', async () => {
    const server = await start({ CRON_SECRET: cronSecret });
    const drain = (): Promise<Response> => fetch(`${server.url}/api/drain`, { headers: authorised });
    expect((await drain()).status).toBe(200);
    const handledBefore = await handledEvents();
    await storeWithoutWorker(video('A Night Train'));
    await until(async () => (await handledEvents()) === handledBefore + 1, 20_000);
    expect((await drain()).status).toBe(200);
    expect(await page(server)).toContain('A Night Train');
    await server.stop();
  }, 60_000);

  test.each([{}, { CRON_SECRET: '' }])(
    'lets nobody drain where no secret is set: %j',
    async (environment) => {
      const server = await start(environment);
      for (const authorization of ['Bearer ', 'Bearer undefined', `Bearer ${cronSecret}`]) {
        const refused = await fetch(`${server.url}/api/drain`, { headers: { authorization } });
        expect({ authorization, status: refused.status }).toEqual({ authorization, status: 401 });
      }
      await server.stop();
    },
    30_000,
  );
});

const postgres = (): PostgresService => {
  if (service === undefined) throw new Error('There is no PostgreSQL.');
  return service;
};

const video = (title: string, tamper?: 'body'): TestDelivery =>
  deliver('ignite', 'video.updated', {
    payload: (example: JsonValue) => Object.assign({}, example, { id: title, title, status: 'COMPLETE' }),
    ...(tamper && { tamper }),
  });

const answerTo = async (server: NextServer, delivery: TestDelivery): Promise<object> => {
  const response = await delivery.sendTo(`${server.url}/webhooks`);
  const answer = await response.json();
  return { status: response.status, code: answer.code ?? answer.outcome };
};

const page = async (server: NextServer): Promise<string> => {
  const response = await fetch(server.url);
  expect(response.status).toBe(200);
  return response.text();
};
