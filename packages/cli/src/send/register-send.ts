import { InvalidArgumentError } from 'commander';
import type { Register } from '../command.ts';
import { CommandError } from '../command-error.ts';
import { findPlatform } from '../platforms/platforms.ts';
import { above0, addExamples, addJsonOption, addRepeatable, addSecretOptions, positive } from '../shared-options.ts';
import { listTypes } from './list-types.ts';
import { send } from './send.ts';
import type { SendOptions } from './send-options.ts';

const tampers = ['body', 'credential', 'credential-doubled', 'credential-empty', 'credential-missing'] as const;

const readTamper = (text: string): (typeof tampers)[number] => {
  const found = tampers.find((one) => one === text);
  if (found === undefined) throw new InvalidArgumentError(`It must be one of: ${tampers.join(', ')}.`);
  return found;
};

export const registerSend: Register = (program, { end, terminal }) => {
  const command = program
    .command('send')
    .summary('send genuine deliveries to a receiver')
    .description(
      'Sends deliveries as a platform would: its example payload, proven with your secret. Ends with 0 if all were answered 2xx; ' +
        'with --tamper, if none was.',
    )
    .argument('[source]', 'gcore, ignite, tpstreams, echo3d or 3q')
    .argument('[type]', 'the event type; all for each there is')
    .option('--list', 'list the types of every platform, or of the source, and send nothing')
    .option('--to <url>', 'where the receiver is mounted', 'http://127.0.0.1:4747/webhooks')
    .option('--as <name>', "the source's name at the receiver, if it is not the platform's");
  addRepeatable(command, '--set <path=value>', 'change a field of the payload; JSON or text, {n} is the number');
  command
    .option('--file <file>', 'send these bytes as the body; - reads standard input')
    .option('--count <number>', 'so many deliveries of each type', positive, 1)
    .option('--rate <number>', 'so many per second at most', above0)
    .option('--concurrency <number>', 'so many at the same time', positive, 1)
    .option('--duplicate', 'send each delivery twice, equal to the byte')
    .option('--shuffle', 'send in random order')
    .option(
      '--tamper [how]',
      `spoil deliveries after they were proven: ${tampers.join(', ')} (default: credential)`,
      readTamper,
    )
    .option('--timeout <seconds>', 'wait so long for an answer', above0, 30);
  addJsonOption(addSecretOptions(command));
  addExamples(command, [
    ['mediahooks send --list', 'every type of every platform'],
    ['mediahooks send ignite video.updated', 'to a receiver that "mediahooks listen" has started in this folder'],
    [
      'mediahooks send tpstreams video.completed --to http://127.0.0.1:3000/webhooks --secret-file token.txt',
      'to your app; the file holds the token',
    ],
    ["mediahooks send ignite video.updated --set status=FAILED --set title='Take 2'", 'with another payload'],
    [
      'mediahooks send ignite video.updated --count 1000 --rate 50 --concurrency 10 --set id=video-{n}',
      'a load, of 1000 videos',
    ],
    ['mediahooks send ignite all --tamper', 'forgeries: it ends with 0 if every one of them is rejected'],
  ]);
  command.action(async (source: string | undefined, type: string | undefined) => {
    const options = command.opts<SendOptions>();
    if (options.list === true) return listTypes(source, options, terminal);
    if (source === undefined) {
      throw new CommandError(
        'usage',
        'Say which platform and which type: mediahooks send ignite video.updated. All there are: mediahooks send --list.',
      );
    }
    if (type === undefined) {
      const { source: name, types } = findPlatform(source);
      throw new CommandError(
        'usage',
        `Say which type: mediahooks send ${name} <type>. ${name} has: ${types.join(', ')}; or all.`,
      );
    }
    end(await send(source, type, options, terminal));
  });
};
