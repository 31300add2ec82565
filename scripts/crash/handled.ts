import { readFileSync, statSync } from 'node:fs';

export interface HandledEvents {
  /** How often each delivery's event was handled, by the delivery's number. */
  readonly times: ReadonlyMap<number, number>;
  /** How many were handled after they had been recorded as done. */
  readonly afterDone: number;
}

/** What the handlers have written down. */
export const readHandled = (file: string): HandledEvents => {
  const times = new Map<number, number>();
  let afterDone = 0;
  for (const line of readLines(file)) {
    const [number = '', word] = line.split(' ');
    times.set(Number(number), (times.get(Number(number)) ?? 0) + 1);
    if (word === 'again') afterDone += 1;
  }
  return { times, afterDone };
};

export const handledBytes = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

const readLines = (file: string): string[] => {
  try {
    return readFileSync(file, 'utf8').split('\n').filter(Boolean);
  } catch {
    // why: it may not have come to the first event.
    return [];
  }
};
