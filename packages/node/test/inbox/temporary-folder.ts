import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder for one test file's tests; call `remove` after. */
export const temporaryFolder = (): { readonly root: string; path(name: string): string; remove(): void } => {
  const root = mkdtempSync(join(tmpdir(), 'mediahooks-node-'));
  return {
    root,
    path: (name) => join(root, name),
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
};

/** Asks until the answer is as wanted: for what a file or an engine has only a moment later. */
export const eventually = async <Result>(
  ask: () => Promise<Result> | Result,
  wanted: (result: Result) => boolean,
  withinMs = 10_000,
): Promise<Result> => {
  const giveUpAt = Date.now() + withinMs;
  for (;;) {
    const result = await ask();
    if (wanted(result)) return result;
    if (Date.now() > giveUpAt) throw new Error(`It did not come to that: ${JSON.stringify(result)}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};
