import { tpstreams, tpstreamsStatus } from '@mediahooks/providers';
import { thrownBy, untyped, uselessSecrets } from '../misconfiguration.ts';
import { examplePayload } from '../payload.ts';
import { receiverOf } from '../receiver.ts';

const token = 'tp-token-0001';
const headers = { 'x-streams-token': token };

const videoAsset = (status: string) => ({ id: 'v1', title: 't', bytes: null, type: 'video', video: { status } });
const livestreamAsset = (status: string) => ({
  title: 'Data science Live class',
  bytes: null,
  type: 'livestream',
  video: null,
  id: 'l1',
  live_stream: {
    rtmp_url: 'rtmp://203.0.113.24/live',
    stream_key: 'org-4xu8ay-live-l1-jKP4',
    status,
    hls_url: 'https://cdn.example/live/l1/video.m3u8',
    start: null,
    transcode_recorded_video: true,
    chat_embed_url: null,
  },
  parent_id: null,
});
const job = (status: string) => ({
  id: 'j1',
  resolutions: ['240p', '480p'],
  video_duration: 120,
  status,
  enable_drm: true,
  drm_content_id: '8216dcdb',
  input_url: 'https://example.com/input.mp4',
  output_path: 's3://bucket/path/?access_key=AKIA&secret_key=SECRETKEY',
  start_time: '2023-11-22T12:30:00Z',
  end_time: null,
  error_message: null,
  client_metadata: { client_id: '12345' },
});

test("the page's example is video.completed of its asset", async () => {
  const body = examplePayload('tpstreams/video completed');
  const { status, events } = await receiverOf(tpstreams({ token })).send({ body, headers });
  expect(status).toBe(200);
  expect(events).toMatchObject([
    { type: 'video.completed', name: 'video.completed', subject: 'asset:9328558d-e0a5-4093-b3b9-8f15ad1550d8' },
  ]);
  expect(events[0]?.payload).toEqual(body);
});

const spellings: readonly (readonly [status: string, word: string])[] = [
  ['Not Started', 'not_started'],
  ['NOT_STARTED', 'not_started'],
  ['not started', 'not_started'],
  ['Queued', 'queued'],
  ['Processing', 'processing'],
  ['transcoding', 'transcoding'],
  ['COMPLETED', 'completed'],
  ['Error', 'error'],
  ['Errored', 'error'],
];

test.each(spellings)('a video that is "%s" is video.%s, and the payload keeps the spelling', async (status, word) => {
  const { events } = await receiverOf(tpstreams({ token })).send({ body: videoAsset(status), headers });
  expect(events).toMatchObject([{ type: `video.${word}`, subject: 'asset:v1', payload: videoAsset(status) }]);
});

test.each([
  ['Not Started', 'not_started'],
  ['Streaming', 'streaming'],
  ['Recording', 'recording'],
  ['Disconnected', 'disconnected'],
  ['Stopped', 'stopped'],
  ['Error', 'error'],
  ['errored', 'error'],
  ['Completed', 'completed'],
])('a livestream that is "%s" is livestream.%s', async (status, word) => {
  const { events } = await receiverOf(tpstreams({ token })).send({ body: livestreamAsset(status), headers });
  expect(events).toMatchObject([{ type: `livestream.${word}`, subject: 'asset:l1', payload: livestreamAsset(status) }]);
});

test('a livestream with a recording is still told of by the state of its stream', async () => {
  const body = { ...livestreamAsset('Completed'), video: { status: 'Transcoding' } };
  const { events } = await receiverOf(tpstreams({ token })).send({ body, headers });
  expect(events).toMatchObject([{ type: 'livestream.completed', payload: body }]);
});

test.each([
  ['Queued', 'queued'],
  ['transcoding', 'transcoding'],
  ['Completed', 'completed'],
  ['Error', 'error'],
  ['ERRORED', 'error'],
])('a job that is "%s" is job.%s', async (status, word) => {
  const { events } = await receiverOf(tpstreams({ token })).send({ body: job(status), headers });
  expect(events).toMatchObject([{ type: `job.${word}`, subject: 'job:j1', payload: job(status) }]);
});

test.each([
  ['resolutions.deleted', { id: 'v1', resolutions: [{ resolution: '240p', status: 'deleted' }] }],
  [
    'resolutions.deleted',
    { id: 'v1', title: 't', status: 'completed', freed_bytes: 12, deleted_resolutions: ['240p'] },
  ],
  [
    'resolutions.deleted',
    {
      id: 'v1',
      resolutions: [
        { resolution: '240p', status: 'deleted' },
        { resolution: '480p', status: 'failed' },
      ],
    },
  ],
  ['resolutions.failed', { id: 'v1', resolutions: [{ resolution: '240p', status: 'Failed' }] }],
  ['resolutions.failed', { id: 'v1', title: 't', status: 'failed', error: 'not found' }],
  ['resolutions.failed', { id: 'v1', status: 'FAILED', error: 'not found', deleted_resolutions: [] }],
])('%s is told of %j', async (type, body) => {
  const { status, events } = await receiverOf(tpstreams({ token })).send({ body, headers });
  expect(status).toBe(200);
  expect(events).toMatchObject([{ type, subject: 'asset:v1', payload: body }]);
});

test.each([
  ['video.waiting_for_input', videoAsset('Waiting for input'), 'asset:v1'],
  ['livestream.available', livestreamAsset('Available'), 'asset:l1'],
  ['job.cancelled', job('Cancelled'), 'job:j1'],
  ['job.failed', { ...job('Failed'), error: 'no such bucket' }, 'job:j1'],
  ['folder', { id: 'f1', type: 'folder' }, 'asset:f1'],
  ['constructor', { id: 'f1', type: 'constructor' }, 'asset:f1'],
])('%s, which TPStreams has added, arrives as unknown', async (name, body, subject) => {
  const { status, events } = await receiverOf(tpstreams({ token })).send({ body, headers });
  expect(status).toBe(200);
  expect(events).toMatchObject([{ type: 'unknown', name, subject, payload: body }]);
});

test('fields that are not in the schema are kept, at every depth', async () => {
  const body = { ...videoAsset('Completed'), new_field: { a: 1 } };
  Object.assign(body.video, { inputs: [{ url: 'u', new_field: 1 }], fps: 50 });
  const { events } = await receiverOf(tpstreams({ token })).send({ body, headers });
  expect(events[0]?.payload).toEqual(body);
});

test.each([
  ['a list', [], 'payload'],
  ['an asset without id', { type: 'video', video: { status: 'Completed' } }, 'id'],
  ['a video asset without video', { type: 'video', id: 'v1' }, 'video'],
  ['a video without status', { type: 'video', id: 'v1', video: {} }, 'video.status'],
  ['a livestream asset without stream', { type: 'livestream', id: 'l1', live_stream: null }, 'live_stream'],
  ['a job without status', { id: 'j1' }, 'status'],
  ['a job without id', { status: 'Queued' }, 'id'],
  ['a deletion without id', { resolutions: [{ resolution: '240p', status: 'deleted' }] }, 'id'],
  ['an empty type', { id: 'v1', type: '' }, 'type'],
])('%s is invalid, and the hint says where', async (_what, body, path) => {
  const { status, result, hint } = await receiverOf(tpstreams({ token })).send({ body, headers });
  expect({ status, result }).toEqual({ status: 422, result: 'invalid-payload' });
  expect(hint).toContain(`${path}: `);
});

describe('the token', () => {
  const body = videoAsset('Completed');

  test.each([
    ['right', token, 200, 'handled'],
    ['the second of a rotation', 'tp-token-0000', 200, 'handled'],
    ['wrong', 'tp-token-0002', 401, 'credential-invalid'],
    ['longer than the right one', `${token}0`, 401, 'credential-invalid'],
    ['in another case', token.toUpperCase(), 401, 'credential-invalid'],
    ['empty', '', 401, 'credential-missing'],
  ])('that is %s is answered as it should be', async (_what, given, status, result) => {
    const receiver = receiverOf(tpstreams({ token: [token, 'tp-token-0000'] }));
    const answer = await receiver.send({ body, headers: { 'x-streams-token': given } });
    expect(answer).toMatchObject({ status, result });
  });

  test('is asked for', async () => {
    const answer = await receiverOf(tpstreams({ token })).send({ body });
    expect(answer).toMatchObject({ status: 401, result: 'credential-missing' });
  });

  test.each(uselessSecrets)('that is %s is refused at construction', (_what, secret, code) => {
    const thrown = thrownBy(() => untyped(tpstreams, { token: secret }));
    expect(thrown.code).toBe(code);
    expect(thrown.message).toContain('tpstreams: option "token"');
    if (code !== 'option-invalid') expect(thrown.message).toContain('MEDIAHOOKS_TPSTREAMS_TOKEN');
  });
});

test('an unknown option is refused at construction', () => {
  const thrown = thrownBy(() => untyped(tpstreams, { token, secret: token }));
  expect(thrown.code).toBe('option-unknown');
  expect(thrown.message).toContain('"secret"');
});

test('keys are not logged, even where a handler quotes them', async () => {
  const receiver = receiverOf(tpstreams({ token }));
  const secrets = [
    livestreamAsset('Streaming').live_stream.stream_key,
    job('Completed').output_path,
    'https://cdn.example/private/v1.mp4?Signature=abc',
  ];
  receiver.failWith(new Error(`upload failed: ${secrets.join(' ')}`));
  await receiver.send({ body: { ...job('Completed'), download_url: secrets[2], stream_key: secrets[0] }, headers });
  expect(receiver.log.join()).toContain('upload failed');
  for (const secret of [...secrets, token]) expect(receiver.log.join()).not.toContain(secret);
});

describe('tpstreamsStatus', () => {
  test.each(spellings)('reads "%s" as %s', (status, word) => {
    expect(tpstreamsStatus({ id: 'v1', type: 'video', video: { status } })).toBe(word);
    expect(tpstreamsStatus({ id: 'j1', status, client_metadata: undefined })).toBe(word);
    expect(tpstreamsStatus({ status })).toBe(word);
  });

  test("gives a livestream's own status, and that of its recording apart", () => {
    const video = { status: 'Transcoding' };
    const asset = { id: 'l1', type: 'livestream' as const, live_stream: { status: 'Stopped' }, video };
    expect(tpstreamsStatus(asset)).toBe('stopped');
    expect(tpstreamsStatus(asset.video)).toBe('transcoding');
  });

  test('gives nothing where a deletion does not say', () => {
    expect(tpstreamsStatus({ id: 'v1', error: undefined })).toBeUndefined();
    expect(tpstreamsStatus({ id: 'v1', status: 'Failed', error: 'x' })).toBe('failed');
  });
});
