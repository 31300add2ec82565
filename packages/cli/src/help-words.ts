import type { Command } from 'commander';

/**
 * `help inbox list` as `inbox list --help`: Commander's own `help` looks at one name only. Nothing that follows `help` is carried out.
 *
 * @param args What follows `mediahooks`.
 */
export const withHelpAsOption = (program: Command, args: readonly string[]): readonly string[] => {
  const at = args.indexOf('help');
  const before = args.slice(0, at);
  const group = at === -1 ? undefined : before.reduce<Command | undefined>(named, program);
  if (group === undefined || group.commands.length === 0) return args;
  let command = group;
  const words = [...before];
  for (const arg of args.slice(at + 1)) {
    if (command.commands.length === 0) break;
    if (arg.startsWith('-') || arg === 'help') continue;
    words.push(arg);
    const next = named(command, arg);
    // why: without the option, Commander says that there is no such command.
    if (next === undefined) return words;
    command = next;
  }
  return [...words, '--help'];
};

const named = (command: Command | undefined, name: string): Command | undefined =>
  command?.commands.find((one) => one.name() === name);
