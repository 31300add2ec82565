import { createWebhooks, defineProvider } from '@mediahooks/core';
import { z } from 'zod';
import { maxDepth, parseJson } from '../../src/body/parse-json.ts';
import { incoming } from '../platform.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const nested = (open: string, close: string, depth: number): string => open.repeat(depth) + close.repeat(depth);

describe('parseJson', () => {
  test.each([
    ['{"a":[1,"x",null,true]}', { a: [1, 'x', null, true] }],
    ['"text"', 'text'],
    ['0', 0],
    ['null', null],
    [' \n[ ]\r\n', []],
    ['\ufeff{"a":1}', { a: 1 }],
    ['{"a":1,"a":2}', { a: 2 }],
  ])('reads %j', (text, value) => {
    expect(parseJson(bytes(text))).toEqual({ value });
  });

  test.each(['', '  ', '{', '{"a":}', "{'a':1}", '[1,]', 'undefined', 'NaN', '{"a":1}x', '"\u0001"', '\ufeff'])(
    'finds a problem in %j, and does not quote it',
    (text) => {
      const { problem } = parseJson(bytes(text));
      expect(problem).toMatch(/^The body is (empty|not JSON)\.$/);
    },
  );

  test.each([
    ['a stray byte', [0x22, 0xff, 0x22]],
    ['a character cut short', [0x22, 0xe2, 0x82, 0x22]],
    ['an overlong slash', [0x22, 0xc0, 0xaf, 0x22]],
    ['half a surrogate pair', [0x22, 0xed, 0xa0, 0x80, 0x22]],
    ['UTF-16', [0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00]],
  ])('finds %s, and reads the next body all the same', (_what, list) => {
    expect(parseJson(Uint8Array.from(list)).problem).toBe('The body is not valid UTF-8.');
    expect(parseJson(bytes('{"a":"€"}'))).toEqual({ value: { a: '€' } });
  });

  const depths: readonly (readonly [string, (depth: number) => string])[] = [
    ['arrays', (depth) => nested('[', ']', depth)],
    ['objects', (depth) => `${'{"a":'.repeat(depth - 1)}{}${'}'.repeat(depth - 1)}`],
    ['both', (depth) => nested('[{"a":', '}]', Math.floor(depth / 2)).replace(':}', `:${depth % 2 ? '[]' : '1'}}`)],
  ];
  test.each(depths)('takes 100 levels of %s and refuses 101', (_what, text) => {
    expect(maxDepth).toBe(100);
    expect(parseJson(bytes(text(100))).problem).toBeUndefined();
    expect(parseJson(bytes(text(101))).problem).toBe('The body is nested deeper than 100 levels.');
    expect(parseJson(bytes(`[1,${text(99)},2]`)).problem).toBeUndefined();
    expect(parseJson(bytes(`[1,${text(100)},2]`)).problem).toBe('The body is nested deeper than 100 levels.');
  });

  test('refuses half a million levels without running out of stack', () => {
    expect(parseJson(bytes(nested('[', ']', 500_000))).problem).toBeDefined();
  });
});

describe('keys that mean something to JavaScript', () => {
  const body = '{"id":"a","__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"toString":"x"}';
  const receive = async (schema: z.ZodType) => {
    const webhooks = createWebhooks({
      sources: {
        platform: defineProvider({
          name: 'platform',
          guards: [],
          schema,
          types: ['thing'],
          events: (payload) => [{ type: 'thing', payload, subject: '__proto__', version: 1 }],
          redact: ['__proto__', 'constructor'],
          options: { unsafeWithoutVerification: true, dedupe: { window: 1000 } },
        }),
      },
      logger: false,
    });
    webhooks.on('*', () => {
      throw new Error('to make the payload be searched for what to redact');
    });
    return webhooks.receive(incoming({ body, headers: [] }));
  };

  test.each([
    ['any schema', z.unknown()],
    ['an open object', z.looseObject({ id: z.string() })],
  ])('change no prototype with %s', async (_what, schema) => {
    const { events } = await receive(schema);
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
    expect(Object.getPrototypeOf(events[0]?.payload)).toBe(Object.prototype);
  });
});
