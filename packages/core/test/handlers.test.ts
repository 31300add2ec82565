import { createWebhooks, defineProvider } from '@mediahooks/core';
import { z } from 'zod';
import { createHandlerRegistry } from '../src/handlers.ts';
import { incoming } from './platform.ts';

const provider = (open = false) =>
  defineProvider({
    name: 'platform',
    guards: [],
    schema: z.object({ type: z.string() }),
    types: ['made', 'made.twice'],
    open,
    events: (payload) => [{ type: payload.type, payload }],
    options: { unsafeWithoutVerification: true },
  });

const receiver = (open = false) => {
  const webhooks = createWebhooks({ sources: { one: provider(open), two: provider() }, logger: false });
  const seen: string[] = [];
  const on = (name: string, label = name) =>
    // Past the compiler: the names are what is tested.
    Reflect.apply(webhooks.on, webhooks, [name, (event: { type: string }) => void seen.push(`${label} ${event.type}`)]);
  const send = async (type: string, source = 'one') => {
    seen.length = 0;
    const outcome = await webhooks.receive(
      incoming({ body: JSON.stringify({ type }), headers: [] }, { path: `/${source}` }),
    );
    return [outcome.kind, ...seen];
  };
  return { webhooks, on, send };
};

test('exact names run first, then the source, then all; each in the order of registration', async () => {
  const { on, send } = receiver();
  for (const name of ['*', 'one.*', 'one.made', 'two.made', 'one.made.twice', 'two.*']) on(name);
  on('*', 'second *');
  on('one.made', 'second one.made');
  expect(await send('made')).toEqual([
    'handled',
    'one.made made',
    'second one.made made',
    'one.* made',
    '* made',
    'second * made',
  ]);
  expect(await send('made.twice')).toEqual([
    'handled',
    'one.made.twice made.twice',
    'one.* made.twice',
    '* made.twice',
    'second * made.twice',
  ]);
  expect(await send('made', 'two')).toEqual(['handled', 'two.made made', 'two.* made', '* made', 'second * made']);
});

test('a type that is not in the list arrives as unknown, under its own name and with its payload', async () => {
  const { webhooks, on, send } = receiver();
  for (const name of ['one.unknown', 'one.made', 'one.*']) on(name);
  expect(await send('renamed')).toEqual(['handled', 'one.unknown unknown', 'one.* unknown']);
  expect(await send('toString')).toEqual(['handled', 'one.unknown unknown', 'one.* unknown']);
  expect(await send('*')).toEqual(['handled', 'one.unknown unknown', 'one.* unknown']);
  const { events } = await webhooks.receive(incoming({ body: '{"type":"renamed"}', headers: [] }, { path: '/one' }));
  expect(events[0]).toMatchObject({ type: 'unknown', name: 'renamed', payload: { type: 'renamed' } });
});

test('an open source keeps its names, but none that means all of them or nothing', async () => {
  const { on, send } = receiver(true);
  for (const name of ['one.file.new', 'one.*', 'one.unknown']) on(name);
  expect(await send('file.new')).toEqual(['handled', 'one.file.new file.new', 'one.* file.new']);
  expect(await send('file.old')).toEqual(['handled', 'one.* file.old']);
  expect(await send('*')).toEqual(['handled', 'one.unknown unknown', 'one.* unknown']);
  expect(await send('')).toEqual(['handled', 'one.unknown unknown', 'one.* unknown']);
});

test('what on() gives takes its handler away, once, and only that', async () => {
  const { webhooks, on, send } = receiver();
  expect(webhooks.hasHandlers).toBe(false);
  const removeFirst = on('one.made', 'first');
  const removeSecond = on('one.made', 'second');
  expect(await send('made')).toEqual(['handled', 'first made', 'second made']);
  removeFirst();
  removeFirst();
  expect(await send('made')).toEqual(['handled', 'second made']);
  expect(webhooks.hasHandlers).toBe(true);
  removeSecond();
  expect(webhooks.hasHandlers).toBe(false);
  expect(await send('made')).toEqual(['ignored']);
});

test('the same function registered twice runs twice, and one of them can go', async () => {
  const { webhooks, send } = receiver();
  let runs = 0;
  const count = () => {
    runs += 1;
  };
  const remove = webhooks.on('one.made', count);
  webhooks.on('one.made', count);
  await send('made');
  expect(runs).toBe(2);
  remove();
  await send('made');
  expect(runs).toBe(3);
});

test('a handler that goes while events are handled is still run for them', async () => {
  const { webhooks, on, send } = receiver();
  let remove = (): void => undefined;
  webhooks.on('one.made', () => remove());
  remove = on('one.made', 'second');
  expect(await send('made')).toEqual(['handled', 'second made']);
  expect(await send('made')).toEqual(['handled']);
});

test('where one of several fails the others run, and the event has failed', async () => {
  const { webhooks, on, send } = receiver();
  webhooks.on('one.made', () => {
    throw new Error();
  });
  webhooks.on('one.made', () => Promise.reject(new Error()));
  on('*');
  expect(await send('made')).toEqual(['failed', '* made']);
});

test('a registry forgets names whose handlers are gone', () => {
  const registry = createHandlerRegistry();
  const remove = registry.add('one.made', { handle: () => undefined });
  expect([registry.size, registry.for('one', 'made').length]).toEqual([1, 1]);
  remove();
  remove();
  expect([registry.size, registry.for('one', 'made').length]).toEqual([0, 0]);
});

describe('on() refuses what cannot occur', () => {
  test.each([
    'made',
    'one',
    'one.',
    '.made',
    'three.made',
    'one.Made',
    'one.made ',
    'one.made.*',
    '*.made',
    '**',
    '',
    'one.constructor',
    'constructor.made',
    '__proto__.made',
    'one.toString',
    'ONE.made',
    'one.*.made',
  ])('%j', (name) => {
    const { on } = receiver();
    expect(() => on(name)).toThrow(
      expect.objectContaining({ code: 'event-unknown', message: expect.stringContaining(JSON.stringify(name)) }),
    );
  });

  test.each([[undefined], [5], [Symbol('made')], [['one.made']]])('%p, which is no name', (name) => {
    const { webhooks } = receiver();
    expect(() => Reflect.apply(webhooks.on, webhooks, [name, () => undefined])).toThrow(
      expect.objectContaining({ code: 'event-unknown' }),
    );
  });

  test.each([[undefined], [null], ['handler'], [{}]])('a handler that is %p', (handler) => {
    const { webhooks } = receiver();
    expect(() => Reflect.apply(webhooks.on, webhooks, ['one.made', handler])).toThrow(
      expect.objectContaining({ code: 'option-invalid' }),
    );
  });

  test('and takes what can', () => {
    const { on } = receiver(true);
    for (const name of ['*', 'one.*', 'one.made', 'one.made.twice', 'one.unknown', 'one.anything', 'two.made']) {
      expect(() => on(name)).not.toThrow();
    }
  });
});
