#!/usr/bin/env node
import { runCommand } from './run.ts';

// why: node:sqlite says so on every start, and there is nothing its user could do. Other warnings stay.
process.removeAllListeners('warning');
process.on('warning', ({ message, name }) => {
  if (name !== 'ExperimentalWarning') process.stderr.write(`${name}: ${message}\n`);
});

// why: `mediahooks … | head` closes the pipe early, and that is no error.
process.stdout.on('error', (error) => {
  if ('code' in error && error.code === 'EPIPE') process.exit(0);
  throw error;
});

const code = await runCommand(process.argv.slice(2));
// why: what a user's own module leaves open must not keep the command from ending; but first all that was written goes out.
process.stdout.write('', () => process.stderr.write('', () => process.exit(code)));
