import { createWebhooks, type EventOf, type Webhooks } from '@mediahooks/core';
import { echo3d, type GcoreStreamState, gcore, ignite, threeq, tpstreams } from '@mediahooks/providers';
import type { EnvironmentSources } from '@mediahooks/providers/environment';

const secret = 'secret-0001';
const create = () =>
  createWebhooks({
    sources: {
      gcore: gcore(),
      ignite: ignite({ secret }),
      tpstreams: tpstreams({ token: secret }),
      echo3d: echo3d({ urlToken: secret, apiKey: secret }),
      '3q': threeq({ secret: { in: 'header', name: 'x-3q-secret', value: secret } }),
    },
    logger: false,
  });

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Says to the compiler what a value's type must be, exactly. */
const typeOf = <Expected>() => ({
  is: <Actual>(_value: Actual, ..._problem: Same<Expected, Actual> extends true ? [] : ['another type']): void =>
    undefined,
});

test('payloads are typed by the name a handler is registered under', () => {
  const webhooks = create();
  webhooks.on('gcore.video.ready', ({ payload }) => typeOf<string>().is(payload.slug));
  webhooks.on('gcore.stream.started', ({ payload, previous }) => {
    typeOf<boolean>().is(payload.live);
    typeOf<GcoreStreamState | undefined>().is(previous);
  });
  webhooks.on('gcore.unknown', ({ payload }) => typeOf<unknown>().is(payload));
  webhooks.on('ignite.video.updated', ({ payload }) => typeOf<string>().is(payload.updatedAt));
  webhooks.on('tpstreams.video.completed', ({ payload }) => typeOf<string>().is(payload.video.status));
  webhooks.on('tpstreams.livestream.streaming', ({ payload }) => typeOf<'livestream'>().is(payload.type));
  webhooks.on('tpstreams.job.queued', ({ payload }) => typeOf<string>().is(payload.status));
  webhooks.on('echo3d.Upload', ({ payload }) => typeOf<string>().is(payload.entryIds[0]));
  webhooks.on('echo3d.CollectionMetadataAdd', ({ payload }) => typeOf<string | undefined>().is(payload.entryIds[0]));
  webhooks.on('3q.file.new', ({ payload }) => typeOf<number>().is(payload.File.Id));
  webhooks.on('3q.livestream.started', ({ payload }) => typeOf<string>().is(payload.Event));
  webhooks.on('tpstreams.*', (event) => {
    if (event.type === 'job.error') typeOf<string | null | undefined>().is(event.payload.error_message);
  });
  expect(webhooks.hasHandlers).toBe(true);
});

test('names that cannot occur do not compile, and throw', () => {
  const webhooks = create();
  // @ts-expect-error: Gcore has no such video
  expect(() => webhooks.on('gcore.video.archived', () => undefined)).toThrow('gcore has no event');
  // @ts-expect-error: statuses are in snake_case
  expect(() => webhooks.on('tpstreams.video.Completed', () => undefined)).toThrow('tpstreams has no event');
  // @ts-expect-error: one spelling for each status
  expect(() => webhooks.on('tpstreams.job.errored', () => undefined)).toThrow('tpstreams has no event');
  // @ts-expect-error: triggers are written as echo3D writes them
  expect(() => webhooks.on('echo3d.upload', () => undefined)).toThrow('echo3d has no event');
  // @ts-expect-error: there is no such source
  expect(() => webhooks.on('mux.video.ready', () => undefined)).toThrow('mux.video.ready');
});

test('options that are missing or wrong do not compile, and throw', () => {
  const variable: string | undefined = process.env.MEDIAHOOKS_TEST_NOT_SET;
  // @ts-expect-error: the variable may be missing
  expect(() => ignite({ secret: variable })).toThrow('secret');
  // @ts-expect-error: the token is missing
  expect(() => tpstreams({})).toThrow('token');
  // @ts-expect-error: the URL token is missing
  expect(() => echo3d({ apiKey: secret })).toThrow('urlToken');
  // @ts-expect-error: one or the other
  expect(() => echo3d({ apiKey: secret, urlToken: secret, unsafeApiKeyOnly: true })).toThrow('unsafeApiKeyOnly');
  // @ts-expect-error: where the secret is must be said
  expect(() => threeq({ secret: { name: 'x-secret', value: secret } })).toThrow('secret.in');
});

test('the events of a receiver from the environment are those of all five', () => {
  type Event = EventOf<Webhooks<EnvironmentSources>>;
  const sourcesAreKnown: Same<Event['source'], '3q' | 'echo3d' | 'gcore' | 'ignite' | 'tpstreams'> = true;
  const eventsAreKnown: Same<Event, EventOf<ReturnType<typeof create>>> = true;
  expect([sourcesAreKnown, eventsAreKnown]).toEqual([true, true]);
});
