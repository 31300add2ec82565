// Compares what was acknowledged with what was handled. Ends with status 1 while something is missing.
import { readFileSync } from 'node:fs';
import { settings } from './settings.ts';

const lines = (file: string): string[] => {
  try {
    return readFileSync(file, 'utf8').split('\n').filter(Boolean);
  } catch {
    return []; // nothing has been written yet
  }
};

const acknowledged = lines(settings.acknowledged);
const done = lines(settings.handled);
const handled = new Set(done);
const missing = acknowledged.filter((id) => !handled.has(id));

console.log(`acknowledged   ${acknowledged.length}`);
console.log(`handled        ${handled.size}`);
console.log(`handled twice  ${done.length - handled.size}`);
console.log(`missing        ${missing.length}`);
if (missing.length > 0) {
  // why: from these two lists alone, what waits in the inbox and what is lost look the same.
  console.log(
    'Not handled yet. Ask again in a moment: only what stays missing while nothing waits in the inbox is lost.',
  );
  process.exitCode = 1;
}
