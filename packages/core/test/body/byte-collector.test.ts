import { createByteCollector } from '@mediahooks/core';

const bytes = (...values: number[]) => Uint8Array.from(values);

test('puts chunks together in order, whatever their sizes', () => {
  const collector = createByteCollector(100_000);
  const expected: number[] = [];
  for (let size = 0; size < 400; size += 1) {
    const chunk = Uint8Array.from({ length: size }, (_, index) => (size + index) % 256);
    expected.push(...chunk);
    expect(collector.add(chunk)).toBe(true);
    expect(collector.length).toBe(expected.length);
  }
  expect(collector.bytes()).toEqual(Uint8Array.from(expected));
});

test('gives a single chunk as it came, without a copy', () => {
  const collector = createByteCollector(10);
  const chunk = bytes(1, 2, 3);
  collector.add(chunk);
  collector.add(bytes());
  expect(collector.bytes().buffer).toBe(chunk.buffer);
});

test('writes into no chunk of the sender', () => {
  const collector = createByteCollector(10);
  const whole = bytes(1, 2, 3, 4);
  collector.add(whole.subarray(0, 2));
  collector.add(bytes(9));
  expect(collector.bytes()).toEqual(bytes(1, 2, 9));
  expect(whole).toEqual(bytes(1, 2, 3, 4));
});

test('takes as many bytes as allowed, and not one more', () => {
  const collector = createByteCollector(4);
  expect([collector.add(bytes(1, 2)), collector.add(bytes(3, 4)), collector.add(bytes())]).toEqual([true, true, true]);
  expect(collector.add(bytes(5))).toBe(false);
  expect(collector.bytes()).toEqual(bytes(1, 2, 3, 4));
});

test('without a chunk there are no bytes', () => {
  expect(createByteCollector(4).bytes()).toEqual(bytes());
});
