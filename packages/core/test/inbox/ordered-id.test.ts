import { orderedId } from '../../src/inbox/ordered-id.ts';

test('an id is a UUID of version 8 that begins with its time', () => {
  expect(orderedId(0x1_0000_00ff)).toMatch(/^000000ff-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test('later ids are greater, those of one millisecond differ, and none fails where the 50 days begin again', () => {
  const ids = [1, 2, 300, 0xffff_ffff].map(orderedId);
  expect(ids.toSorted()).toEqual(ids);
  expect(new Set(Array.from({ length: 1000 }, () => orderedId(5))).size).toBe(1000);
  expect(orderedId(0x1_0000_0000)).toMatch(/^00000000-/);
});
