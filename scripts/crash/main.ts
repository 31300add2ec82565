import { help, readCommandLine } from './command-line.ts';
import { runCrashes } from './run-crashes.ts';

const say = (text: string): void => void process.stdout.write(`${text}\n`);

try {
  const options = readCommandLine(process.argv.slice(2));
  if (options === undefined) say(help);
  else {
    say(`inbox ${options.inbox}, ${options.cycles} cycles of killing ${options.kill}, seed ${options.seed}`);
    const { acknowledged, engineKills, handled, handledAfterDone, handledTwice, kills, lost } = await runCrashes(
      options,
      say,
    );
    say(`killed               ${kills}`);
    say(`engine killed        ${engineKills}`);
    say(`acknowledged         ${acknowledged}`);
    say(`handled              ${handled}`);
    say(`handled twice        ${handledTwice}`);
    say(`handled after done   ${handledAfterDone}`);
    say(`lost                 ${lost.length}`);
    if (lost.length > 0) say(`lost deliveries: ${lost.slice(0, 20).join(', ')}${lost.length > 20 ? ', …' : ''}`);
    process.exitCode = lost.length > 0 || handledAfterDone > 0 ? 1 : 0;
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
