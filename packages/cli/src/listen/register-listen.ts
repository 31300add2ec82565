import { environmentVariables } from '@mediahooks/providers/environment';
import type { Register } from '../command.ts';
import { CommandError } from '../command-error.ts';
import {
  addConfigOption,
  addExamples,
  addInboxNameOption,
  addJsonOption,
  addSecretOptions,
  portNumber,
} from '../shared-options.ts';
import { listen } from './listen.ts';
import { type ListenOptions, listenInboxFile } from './listen-options.ts';

export const registerListen: Register = (program, { end, terminal }) => {
  const command = program
    .command('listen')
    .summary('receive deliveries, show them, pass them on to your app')
    .description(
      'A receiver that starts at once: checks what comes, keeps it and shows it. Its sources are those of the MEDIAHOOKS_… variables; ' +
        'where there are none, secrets are made up, for "mediahooks send" in the same folder. Ctrl-C ends it.',
    )
    .option('--port <number>', 'listen on this port; 0 for any that is free', portNumber, 4747)
    .option(
      '--host <address>',
      'listen on this address; others can reach you only on another than the default',
      '127.0.0.1',
    )
    .option('--path <path>', 'where the receiver is mounted', '/webhooks')
    .option(
      '--inbox <inbox>',
      `keep deliveries there, for your app to handle: a file, postgres://… or redis://… (default: ${listenInboxFile}, where events count as handled once they are shown)`,
    )
    .option('--no-inbox', 'keep nothing')
    .option('--forward <url>', 'pass what is genuine on to a receiver, to the byte, and show its answer')
    .option('--full', 'show payloads whole');
  addInboxNameOption(command);
  addConfigOption(command);
  addJsonOption(addSecretOptions(command), 'print one JSON document a line');
  addExamples(command, [
    ['mediahooks listen', 'a receiver for all platforms; send to it: mediahooks send ignite video.updated'],
    [
      'mediahooks listen --env-file .env --forward http://127.0.0.1:3000/webhooks',
      'with your secrets, in front of your app',
    ],
    ['mediahooks listen --config ./webhooks.js', 'your own receiver, with its handlers and its inbox'],
    ['mediahooks listen --json | jq .', 'for other programs'],
  ]);
  command.addHelpText('after', () => {
    const lines = Object.entries(environmentVariables).map(([name, meaning]) => `  ${name}: ${meaning}`);
    return `\nVariables, of which those of one source are enough:\n${lines.join('\n')}`;
  });
  // why: both are one option to Commander, of which the last counts.
  const given = new Set<string>();
  for (const name of ['inbox', 'no-inbox']) command.on(`option:${name}`, () => given.add(name));
  command.action(async () => {
    if (given.size > 1)
      throw new CommandError('usage', '--inbox says where to keep deliveries, --no-inbox not to: give one of them.');
    end(await listen(command.opts<ListenOptions>(), terminal));
  });
};
