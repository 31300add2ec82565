import type { Register } from '../command.ts';
import { addInboxOptions } from '../inbox/inbox-options.ts';
import { appInboxFile } from '../settings/unnamed-inbox.ts';
import { addExamples, portNumber } from '../shared-options.ts';
import { type ConsoleOptions, serveConsole } from './serve-console.ts';

export const registerConsole: Register = (program, { end, terminal }) => {
  const command = program
    .command('console')
    .summary('open a web page over an inbox')
    .description(
      'Serves the console over an inbox, to this machine alone: what arrived, why it failed, and sending it again. What is secret is ' +
        'redacted. Ctrl-C ends it.',
    )
    .option('--port <number>', 'listen on this port of 127.0.0.1; 0 for any that is free', portNumber, 4748)
    .option(
      '--receiver <url>',
      'where platforms send to, for the curl commands it shows',
      'http://127.0.0.1:4747/webhooks',
    );
  addInboxOptions(command);
  addExamples(command, [
    ['mediahooks console', `over ${appInboxFile}, or what "mediahooks listen" has kept here`],
    ['mediahooks console --inbox postgres://127.0.0.1/app --env-file .env', 'over the inbox of your app'],
    ['mediahooks console --config ./webhooks.js', 'with your own receiver'],
  ]);
  command.action(async () => end(await serveConsole(command.opts<ConsoleOptions>(), terminal)));
};
