import { Option } from 'commander';
import type { Register } from '../command.ts';
import { addExamples, addJsonOption } from '../shared-options.ts';
import { type InitOptions, init } from './init.ts';
import { frameworks } from './project.ts';

export const registerInit: Register = (program, { terminal }) => {
  const command = program
    .command('init')
    .summary('write the smallest working receiver into a project')
    .description(
      'Writes a receiver for Express, Koa or Next.js, with secrets to try with, and says what to do next. It never overwrites a file, ' +
        'and runs nothing.',
    )
    .argument('<sources...>', 'whose webhooks you receive: gcore, ignite, tpstreams, echo3d, 3q')
    .addOption(
      new Option('--framework <name>', 'default: the one among the dependencies in package.json').choices(frameworks),
    )
    .option('--dir <folder>', 'the project', '.');
  addJsonOption(command);
  addExamples(command, [
    ['mediahooks init ignite', 'in a project that depends on one of the three frameworks'],
    [
      'mediahooks init gcore tpstreams --framework koa --dir receiver',
      'in the folder "receiver", made if it is missing',
    ],
  ]);
  command.action((sources: readonly string[]) => init(sources, command.opts<InitOptions>(), terminal));
};
