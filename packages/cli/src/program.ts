import { Command } from 'commander';
import type { CommandContext } from './command.ts';
import { commands } from './commands.ts';
import { addExamples } from './shared-options.ts';
import { version } from './version.ts';

/** The whole command line, ready to be parsed. */
export const createProgram = (context: CommandContext): Command => {
  const { err, out } = context.terminal;
  const program = new Command('mediahooks')
    .description(
      'Webhooks of Gcore, Ignite, TPStreams, echo3D and 3Q: send them, receive them, see why one is rejected.',
    )
    .version(version(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => out.write(text),
      writeErr: (text) => err.write(text),
      // why: told once, by `runCommand`, as text or as JSON.
      outputError: () => undefined,
      getOutHelpWidth: () => Math.min(out.columns, 120),
      getErrHelpWidth: () => Math.min(err.columns, 120),
      getOutHasColors: () => out.hasColors,
      getErrHasColors: () => err.hasColors,
    })
    .configureHelp({
      styleTitle: (text) => out.paint.bold(text),
      styleCommandText: (text) => out.paint.cyan(text),
      styleSubcommandText: (text) => out.paint.cyan(text),
      styleOptionText: (text) => out.paint.cyan(text),
      styleArgumentText: (text) => out.paint.cyan(text),
    });
  for (const register of commands) register(program, context);
  program.addHelpText(
    'after',
    `
Secrets come from the environment (MEDIAHOOKS_IGNITE_SECRET, …), from a file (--env-file, --secret-file), or are asked
for. They are never printed. It ends with 0: yes; 1: no (rejected, not found); 2: misused; 3: something cannot be reached.`,
  );
  return addExamples(program, [
    ['mediahooks listen', 'a receiver on http://127.0.0.1:4747/webhooks that shows what comes; needs no configuration'],
    [
      'mediahooks send ignite video.updated',
      'a genuine, signed delivery to it, from another terminal in the same folder',
    ],
    [
      'mediahooks send ignite video.updated --to http://127.0.0.1:3000/webhooks --env-file .env',
      'the same to your app, with its secret',
    ],
    ['mediahooks explain request.http --env-file .env', 'says why a captured request is rejected'],
    ['mediahooks init ignite', 'writes a receiver into your project'],
  ]);
};
