import { commandLine, help } from './command-line.ts';
import { PortUnavailableError } from './listen.ts';
import { createPaint } from './paint.ts';
import { runTour } from './run-tour.ts';

const command = commandLine(process.argv.slice(2), process.env);
if (command.kind === 'help') {
  process.stdout.write(help);
} else if (command.kind === 'mistake') {
  process.stderr.write(`${command.message}\nSee: npm start -- --help\n`);
  process.exitCode = 2;
} else {
  try {
    process.exitCode = await runTour({
      port: command.port,
      once: command.once,
      direct: command.direct,
      width: Math.min(Math.max(process.stdout.columns ?? 100, 80), 120),
      paint: createPaint(process.stdout.isTTY === true && (process.env.NO_COLOR ?? '') === ''),
      print: (text) => process.stdout.write(`${text}\n`),
    });
  } catch (error) {
    if (!(error instanceof PortUnavailableError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
