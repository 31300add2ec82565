import { examplesOf } from '@mediahooks/testing';
import { z } from 'zod';
import { busySchema, compiledAfter } from '../src/busy-schema.ts';
import { echo3dDraft } from '../src/echo3d/body.ts';
import { gcoreMessage } from '../src/gcore/message.ts';
import { igniteVideo } from '../src/ignite/video.ts';
import { threeqBody } from '../src/threeq/body.ts';
import { tpstreamsBody } from '../src/tpstreams/body.ts';

test('is compiled once it is busy, and not before', () => {
  const schema = z.looseObject({ id: z.string() });
  const current = busySchema(schema);
  for (let use = 1; use < compiledAfter; use += 1) expect(current()).toBe(schema);
  const compiled = current();
  expect(compiled).not.toBe(schema);
  expect(current()).toBe(compiled);
});

test('is never compiled in an app that wants no code made at run time', () => {
  z.config({ jitless: true });
  try {
    const schema = z.looseObject({ id: z.string() });
    const current = busySchema(schema);
    for (let use = 0; use < 2 * compiledAfter; use += 1) expect(current()).toBe(schema);
  } finally {
    z.config({ jitless: false });
  }
});

/** An example payload, and what else could come in its place: prototype keys, a field too few, fields of another kind. */
const variantsOf = (body: unknown): readonly unknown[] => {
  const text = JSON.stringify(body);
  return [
    body,
    JSON.parse(text.replaceAll('{', '{"__proto__":{"polluted":true},"constructor":1,').replaceAll(',}', '}')),
    JSON.parse(text.replaceAll('"id":', '"no":').replaceAll('"Id":', '"No":')),
    JSON.parse(text, (_name, value) => (typeof value === 'string' ? 1 : value)),
    JSON.parse(text, (_name, value) => (typeof value === 'number' ? 'text' : value)),
    null,
  ];
};

test.each([
  ['gcore', gcoreMessage],
  ['ignite', igniteVideo],
  ['tpstreams', tpstreamsBody],
  ['echo3d', echo3dDraft],
  ['threeq', threeqBody],
] as const)('what %s sends is taken and refused alike before and after', (platform, schema) => {
  const current = busySchema<unknown>(schema);
  const read = (payload: unknown): unknown => {
    const { data, error } = current().safeParse(payload);
    return { data, issues: error?.issues };
  };
  const examples: readonly unknown[] = examplesOf(platform).map(({ body }) => body);
  // why: of each kind few enough, so that none is compiled meanwhile.
  const variants = examples.slice(0, 12).flatMap(variantsOf);
  const before = variants.map(read);
  expect(before.some((result) => JSON.stringify(result).includes('"issues":['))).toBe(true);
  for (const payload of examples) for (let use = 0; use < compiledAfter; use += 1) read(payload);
  expect(variants.map(read)).toEqual(before);
  expect(current()).not.toBe(schema);
});
