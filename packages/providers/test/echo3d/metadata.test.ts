import { echo3dMetadata, echo3dMetadataPairs } from '@mediahooks/providers';

test('metadata comes in pairs, in order, with repeated keys', () => {
  const payload = { metadataKeys: ['color', 'size', 'color'], metadataValues: ['red', 'large', 'blue'] };
  expect(echo3dMetadataPairs(payload)).toEqual([
    ['color', 'red'],
    ['size', 'large'],
    ['color', 'blue'],
  ]);
  expect({ ...echo3dMetadata(payload) }).toEqual({ color: 'blue', size: 'large' });
});

test('without metadata both are empty', () => {
  const payload = { metadataKeys: [], metadataValues: [] };
  expect(echo3dMetadataPairs(payload)).toEqual([]);
  expect(Object.keys(echo3dMetadata(payload))).toEqual([]);
});

test('a key that is also a name of JavaScript is a key like any other', () => {
  const metadata = echo3dMetadata({ metadataKeys: ['__proto__', 'toString'], metadataValues: ['polluted', 'text'] });
  expect(Object.keys(metadata)).toEqual(['__proto__', 'toString']);
  expect(Object.values(metadata)).toEqual(['polluted', 'text']);
  expect('constructor' in metadata).toBe(false);
});
