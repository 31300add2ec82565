import type { Register } from '../command.ts';
import { unnamedInboxes } from '../settings/unnamed-inbox.ts';
import {
  addConfigOption,
  addExamples,
  addInboxNameOption,
  addJsonOption,
  addSecretOptions,
  positive,
  time,
} from '../shared-options.ts';
import { explain } from './explain.ts';
import type { ExplainOptions } from './explain-options.ts';

export const registerExplain: Register = (program, { end, terminal }) => {
  const command = program
    .command('explain')
    .summary('say why a captured request is rejected, or that it is accepted')
    .description(
      'Runs a captured request through the checks of your configuration, and says what comes of it and why. Nothing is handled, stored ' +
        'or sent. Ends with 0 if it is accepted, with 1 if it is rejected.',
    )
    .argument(
      '[request]',
      'a file: a raw HTTP request, a HAR file or a curl command; - for standard input. Or the id of a kept delivery',
    )
    .option(
      '--inbox <inbox>',
      `explain a delivery of this inbox: a file, postgres://… or redis://… (default for an id: ${unnamedInboxes})`,
    )
    .option(
      '--received <time>',
      'when it was received (default: as the capture says, else now); signatures grow old',
      time,
    )
    .option('--address <ip>', 'who connected to the receiver; for Gcore, which is proven by nothing else')
    .option('--path <path>', 'where your receiver is mounted', '/webhooks')
    .option('--entry <number>', 'which request of a HAR file', positive);
  addInboxNameOption(command);
  addConfigOption(command);
  addJsonOption(addSecretOptions(command));
  addExamples(command, [
    ['mediahooks explain request.http --env-file .env', 'a request as it goes over the wire, with your secrets'],
    [
      'mediahooks explain curl.txt --received 2026-11-21T10:30:00Z',
      'a command from a request inspector, and when that got it',
    ],
    ['mediahooks explain 3f2a91c0 --env-file .env', 'a kept delivery that was rejected, by the beginning of its id'],
    ['mediahooks explain recording.har --entry 2 --config ./webhooks.js', 'by your own receiver'],
    ['pbpaste | mediahooks explain -', 'what you have copied'],
  ]);
  command.action(async (request: string | undefined) =>
    end(await explain(request, command.opts<ExplainOptions>(), terminal)),
  );
};
