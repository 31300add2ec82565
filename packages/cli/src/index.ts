export { type ExitCode, exitCodes } from './exit-codes.ts';
export { runCommand } from './run.ts';
