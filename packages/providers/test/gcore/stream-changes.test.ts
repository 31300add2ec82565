import { gcore } from '@mediahooks/providers';
import { streamChanges } from '../../src/gcore/stream-changes.ts';
import { examplePayload } from '../payload.ts';
import { receiverOf } from '../receiver.ts';

/** `LRT`: live, recording, transcoding; a dash for false, nothing where the body does not say. */
const stateOf = (letters: string) => ({
  live: letters[0] === 'L',
  recording: letters[1] === 'R',
  ...(letters[2] !== undefined && { transcoding: letters[2] === 'T' }),
});

test.each([
  ['--', ['stream.paused']],
  ['-R', ['stream.paused']],
  ['--T', ['stream.paused']],
  ['L-', ['stream.started']],
  ['L--', ['stream.started']],
  ['L-T', ['stream.started', 'stream.playable']],
  ['LR', ['recording.started']],
  ['LR-', ['recording.started']],
  ['LRT', ['stream.playable', 'recording.started']],
])('with nothing known, %s is %j', (current, types) => {
  expect(streamChanges(undefined, stateOf(current))).toEqual(types);
});

test.each([
  // nothing that has a name
  ['--', '--', ['stream.updated']],
  ['L-', 'L-', ['stream.updated']],
  ['LR', 'LR', ['stream.updated']],
  ['LRT', 'LRT', ['stream.updated']],
  ['-R', '-R', ['stream.updated']],
  ['L-T', 'L--', ['stream.updated']],
  ['L-T', 'L-', ['stream.updated']],
  // one thing
  ['--', 'L-', ['stream.started']],
  ['L-', '--', ['stream.paused']],
  ['L-', 'LR', ['recording.started']],
  ['LR', 'L-', ['recording.finished']],
  ['L--', 'L-T', ['stream.playable']],
  ['L-', 'L-T', ['stream.playable']],
  ['--', '-R', ['recording.started']],
  ['-R', '--', ['recording.finished']],
  ['-R', 'LR', ['stream.started']],
  ['LR', '-R', ['stream.paused']],
  // several at once, in their order
  ['--', 'LR', ['stream.started', 'recording.started']],
  ['---', 'L-T', ['stream.started', 'stream.playable']],
  ['---', 'LRT', ['stream.started', 'stream.playable', 'recording.started']],
  ['L--', 'LRT', ['stream.playable', 'recording.started']],
  ['LR-', 'L-T', ['stream.playable', 'recording.finished']],
  ['LR', '--', ['recording.finished', 'stream.paused']],
  ['L-', '-R', ['recording.started', 'stream.paused']],
  ['-R', 'L-', ['stream.started', 'recording.finished']],
  ['L--', '--T', ['stream.playable', 'stream.paused']],
])('from %s to %s is %j', (previous, current, types) => {
  expect(streamChanges(stateOf(previous), stateOf(current))).toEqual(types);
});

test('the same body is a start at first and the end of a recording later', async () => {
  const receiver = receiverOf(gcore());
  const send = async (example: string) => {
    const { events } = await receiver.send({ body: examplePayload(`gcore/${example}`) });
    return events.map(({ type, subject, previous }) => ({ type, subject, previous }));
  };
  const subject = 'stream:12345';
  expect(examplePayload('gcore/live stream has started')).toEqual(examplePayload('gcore/recording has finished'));
  expect(await send('live stream has started')).toEqual([{ type: 'stream.started', subject }]);
  expect(await send('recording has started')).toEqual([
    { type: 'recording.started', subject, previous: { live: true, recording: false } },
  ]);
  expect(await send('recording has finished')).toEqual([
    { type: 'recording.finished', subject, previous: { live: true, recording: true } },
  ]);
  expect(await send('live stream is paused')).toEqual([
    { type: 'stream.paused', subject, previous: { live: true, recording: false } },
  ]);
  expect(await send('live stream has started')).toEqual([
    { type: 'stream.started', subject, previous: { live: false, recording: false } },
  ]);
});

test('one body that changes several things makes one event for each, all with the same payload and earlier state', async () => {
  const receiver = receiverOf(gcore());
  const send = (stream: object) =>
    receiver.send({ body: { type: 'stream', message: { stream: { id: 7, ...stream } } } });
  await send({ live: true, recording: true, transcoding: true });
  const { events } = await send({ live: false, recording: false, transcoding: false });
  const previous = { live: true, recording: true, transcoding: true };
  const payload = { id: 7, live: false, recording: false, transcoding: false };
  expect(events).toMatchObject([
    { type: 'recording.finished', previous, payload },
    { type: 'stream.paused', previous, payload },
  ]);
  expect(new Set(events.map(({ id }) => id)).size).toBe(2);
});

test('streams are told apart by their id', async () => {
  const receiver = receiverOf(gcore());
  const send = (id: number) =>
    receiver.send({ body: { type: 'stream', message: { stream: { id, live: true, recording: false } } } });
  expect((await send(1)).events).toMatchObject([{ type: 'stream.started', subject: 'stream:1' }]);
  expect((await send(2)).events).toMatchObject([{ type: 'stream.started', subject: 'stream:2' }]);
  expect((await send(1)).events).toMatchObject([{ type: 'stream.updated', subject: 'stream:1' }]);
});

test.each([null, 'live', [], {}, { live: 'yes', recording: false }])(
  'a remembered state %j that cannot be understood is as good as none',
  async (remembered) => {
    const body = examplePayload('gcore/live stream has started');
    const read = await gcore().read(body, {
      id: '',
      source: '',
      headers: { get: () => undefined, all: () => [], entries: () => [].values() },
      query: new URLSearchParams(),
      pathToken: undefined,
      address: undefined,
      receivedAt: 0,
      body: new Uint8Array(),
    });
    const [change] = read.invalid === undefined ? read.drafts : [];
    if (change === undefined || !('events' in change)) throw new Error('no change');
    const [draft] = change.events(remembered);
    expect(draft?.type).toBe('stream.started');
    expect(draft).not.toHaveProperty('previous');
  },
);

test("what today's page adds is typed, kept and not remembered", async () => {
  const receiver = receiverOf(gcore());
  const stream = {
    id: 9,
    live: true,
    recording: false,
    backup_live: false,
    transcoding: true,
    client_user_id: null,
    client_entity_data: null,
    pull: true,
    uri: 'rtmp://host/app/key',
    stream_source_type: 'rtmp',
  };
  const first = await receiver.send({ body: { type: 'stream', message: { stream } } });
  expect(first.events).toMatchObject([
    { type: 'stream.started', payload: stream },
    { type: 'stream.playable', payload: stream },
  ]);
  const second = await receiver.send({
    body: { type: 'stream', message: { stream: { ...stream, backup_live: true } } },
  });
  expect(second.events).toMatchObject([
    { type: 'stream.updated', previous: { live: true, recording: false, transcoding: true } },
  ]);
  expect(JSON.stringify(second.events[0]?.previous)).not.toContain('key');
});
