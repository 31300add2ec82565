import { gcore, isRecording } from '@mediahooks/providers';
import { thrownBy, untyped } from '../misconfiguration.ts';
import { examplePayload } from '../payload.ts';
import { receiverOf } from '../receiver.ts';

const videoExamples: readonly (readonly [example: string, type: string, subject: string])[] = [
  ['video is uploaded to the platform', 'video.empty', 'video:54321'],
  ['video has started processing', 'video.pending', 'video:784280'],
  ['video is partially processed', 'video.viewable', 'video:784280'],
  ['video is completely processed', 'video.ready', 'video:784280'],
  ['recording has started processing', 'video.pending', 'video:12345'],
  ['recording is partially processed', 'video.viewable', 'video:12345'],
  ['recording is completely processed', 'video.ready', 'video:12345'],
];

test.each(videoExamples)("the page's example %s is %s", async (example, type, subject) => {
  const payload = examplePayload(`gcore/${example}`);
  const { status, events } = await receiverOf(gcore()).send({ body: payload });
  expect(status).toBe(200);
  expect(events).toMatchObject([{ type, name: type, subject }]);
  expect({ type: 'video', message: { video: events[0]?.payload } }).toEqual(payload);
  expect(events[0]).not.toHaveProperty('version');
});

test.each([
  ['waiting to start', 'broadcast.pending'],
  ['live', 'broadcast.live'],
  ['paused', 'broadcast.paused'],
  ['finished', 'broadcast.finished'],
])("the page's example of a broadcast %s is %s", async (example, type) => {
  const body = examplePayload(`gcore/broadcast status is updated to ${example}`);
  const { status, events } = await receiverOf(gcore()).send({ body });
  expect(status).toBe(200);
  expect(events).toMatchObject([{ type, subject: 'broadcast:12345', payload: { id: 12345 } }]);
});

test.each([
  [
    'video.error',
    { type: 'video', message: { video: { id: 1, slug: 's', status: 'error', error: 'no video' } } },
    'video:1',
  ],
  [
    'video.deleted',
    { type: 'video_delete', message: { video: { id: 1, slug: 's', name: 'n', status: 'ready', deleted_at: 'x' } } },
    'video:1',
  ],
  ['restream.started', { type: 'restream', message: { restream: { id: 2, name: 'n', live: true } } }, 'restream:2'],
  ['restream.stopped', { type: 'restream', message: { restream: { id: 2, live: false } } }, 'restream:2'],
  ['restream.stopped', { type: 'restream', message: { restream: { id: 2, live: false, active: true } } }, 'restream:2'],
  ['restream.started', { type: 'restream', message: { restream: { id: 2, active: true } } }, 'restream:2'],
  ['restream.stopped', { type: 'restream', message: { restream: { id: 2, active: false } } }, 'restream:2'],
])('%s is told of a body that later pages describe', async (type, body, subject) => {
  const { status, events } = await receiverOf(gcore()).send({ body });
  expect(status).toBe(200);
  expect(events).toMatchObject([{ type, subject }]);
});

test.each([
  ['video.archived', { type: 'video', message: { video: { id: 1, slug: 's', status: 'archived' } } }, 'video:1'],
  ['broadcast.delayed', { type: 'broadcast', message: { broadcast: { id: 1, status: 'delayed' } } }, 'broadcast:1'],
])('a status that Gcore has added arrives as unknown, named %s, with the inner object', async (name, body, subject) => {
  const { status, events } = await receiverOf(gcore()).send({ body });
  expect(status).toBe(200);
  expect(events).toMatchObject([{ type: 'unknown', name, subject, payload: Object.values(body.message)[0] }]);
});

test.each(['playlist', 'constructor', '__proto__'])(
  'a type %s that Gcore has added arrives as unknown, with the whole body',
  async (type) => {
    const body = { type, message: { anything: [1, 2] }, more: true };
    const { status, events } = await receiverOf(gcore()).send({ body });
    expect(status).toBe(200);
    expect(events).toMatchObject([{ type: 'unknown', name: type, payload: body }]);
  },
);

test('fields that are not in the schema are kept, at every depth', async () => {
  const video = { id: 1, slug: 's', status: 'ready', new_field: { a: 1 }, converted_videos: [{ name: 'n', fps: 50 }] };
  const { events } = await receiverOf(gcore()).send({ body: { type: 'video', message: { video } } });
  expect(events[0]?.payload).toEqual(video);
});

test.each([
  ['no object', [], 'payload'],
  ['no type', { message: {} }, 'type'],
  ['an empty type', { type: '', message: {} }, 'type'],
  ['no message', { type: 'stream' }, 'message'],
  ['another message', { type: 'stream', message: { video: { id: 1 } } }, 'message.stream'],
  [
    'a stream without id',
    { type: 'stream', message: { stream: { live: true, recording: true } } },
    'message.stream.id',
  ],
  ['a stream without live', { type: 'stream', message: { stream: { id: 1, recording: true } } }, 'message.stream.live'],
  [
    'an id as text',
    { type: 'stream', message: { stream: { id: '1', live: true, recording: true } } },
    'message.stream.id',
  ],
  [
    'an id too large to be exact',
    '{"type":"broadcast","message":{"broadcast":{"id":9007199254740993,"status":"live"}}}',
    'message.broadcast.id',
  ],
  ['a video without id', { type: 'video', message: { video: { slug: 's', status: 'ready' } } }, 'message.video.id'],
  ['a video without slug', { type: 'video', message: { video: { id: 1, status: 'ready' } } }, 'message.video.slug'],
  ['a video without status', { type: 'video', message: { video: { id: 1, slug: 's' } } }, 'message.video.status'],
  ['a deleted video without id', { type: 'video_delete', message: { video: {} } }, 'message.video.id'],
  ['a broadcast without status', { type: 'broadcast', message: { broadcast: { id: 1 } } }, 'message.broadcast.status'],
  ['a restream without state', { type: 'restream', message: { restream: { id: 1 } } }, 'message.restream.live'],
])('%s is invalid, and the hint says where', async (_what, body, path) => {
  const { status, result, hint } = await receiverOf(gcore()).send({ body });
  expect({ status, result }).toEqual({ status: 422, result: 'invalid-payload' });
  expect(hint).toContain(`${path}: `);
});

describe('addresses', () => {
  const body = examplePayload('gcore/live stream has started');

  test.each(['92.223.112.0', '92.223.112.255', '92.223.123.0', '92.223.123.255', '::ffff:92.223.123.5'])(
    '%s may send',
    async (address) => {
      const { status, result } = await receiverOf(gcore()).send({ body, address });
      expect({ status, result }).toEqual({ status: 200, result: 'handled' });
    },
  );

  test.each(['92.223.111.255', '92.223.113.0', '92.223.122.255', '92.223.124.0', '127.0.0.1', '::1'])(
    '%s may not send',
    async (address) => {
      const { status, result } = await receiverOf(gcore()).send({ body, address });
      expect({ status, result }).toEqual({ status: 403, result: 'address-not-allowed' });
    },
  );

  test('other ranges take the place of the usual ones', async () => {
    const receiver = receiverOf(gcore({ ranges: ['203.0.113.7'] }));
    expect(await receiver.send({ body, address: '203.0.113.7' })).toMatchObject({ status: 200 });
    expect(await receiver.send({ body, address: '92.223.123.5' })).toMatchObject({ status: 403 });
  });
});

test('equal bodies are not duplicates', async () => {
  const receiver = receiverOf(gcore());
  const body = examplePayload('gcore/video is completely processed');
  expect(await receiver.send({ body })).toMatchObject({ result: 'handled' });
  expect(await receiver.send({ body })).toMatchObject({ result: 'handled' });
});

test('what gives access to a video or a stream is not logged', async () => {
  const receiver = receiverOf(gcore());
  const stream = { id: 1, live: true, recording: false, uri: 'srt://host?streamid=1#secret-key' };
  receiver.failWith(new Error(`no push to ${stream.uri}`));
  expect(await receiver.send({ body: { type: 'stream', message: { stream } } })).toMatchObject({ status: 500 });
  const video = { id: 1, slug: 'Lfsq14hKvLkNsExx', status: 'ready' };
  receiver.failWith(new Error(`cannot publish ${video.slug}`));
  expect(await receiver.send({ body: { type: 'video', message: { video } } })).toMatchObject({ status: 500 });
  expect(receiver.log.join()).toContain('cannot publish');
  expect(receiver.log.join()).not.toContain('secret-key');
  expect(receiver.log.join()).not.toContain(video.slug);
});

test.each([
  ['an unknown option', { range: [] }, 'option-unknown', 'range'],
  ['no ranges', { ranges: [] }, 'option-invalid', 'ranges'],
  ['a range that is none', { ranges: ['92.223.123.0/33'] }, 'option-invalid', '92.223.123.0/33'],
  ['options that are none', 'on', 'option-invalid', 'gcore'],
])('%s is refused at construction', (_what, options, code, named) => {
  const thrown = thrownBy(() => untyped(gcore, options));
  expect(thrown.code).toBe(code);
  expect(thrown.message).toContain('gcore');
  expect(thrown.message).toContain(named);
});

test.each([
  [{ stream_id: 12 }, true],
  [{ stream_id: null }, false],
  [{ stream_id: null, name: 'A video' }, false],
  [{ name: 'Stream Record: test, 2022-05-27 09:08:40 +0000' }, true],
  [{ name: 'My Stream Record: test' }, false],
  [{}, false],
])('isRecording(%j) is %s', (video, expected) => {
  expect(isRecording(video)).toBe(expected);
});
