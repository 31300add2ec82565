import { examplePayloads } from '@mediahooks/testing';

/** A copy of an example body as the platform's own page has it: `gcore/live stream has started`. */
export const examplePayload = (name: string): unknown => {
  const example = examplePayloads.find((one) => `${one.provider}/${one.name}` === name);
  if (example === undefined) throw new Error(`There is no example "${name}".`);
  return structuredClone(example.body);
};
