import { createServer } from 'node:http';
import { webhookConsole } from '@mediahooks/console';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { beginListening } from '../http/begin-listening.ts';
import { receiverUrl } from '../http/receiver-url.ts';
import type { InboxOptions } from '../inbox/inbox-options.ts';
import { withReceiver } from '../inbox/open-receiver.ts';
import { jsonLine } from '../terminal/json-line.ts';
import { printable } from '../terminal/printable.ts';
import type { Terminal } from '../terminal/terminal.ts';

export interface ConsoleOptions extends InboxOptions {
  readonly port: number;
  readonly receiver: string;
}

/** `mediahooks console`: until it is interrupted. Only ever on the loopback: the console has no login of its own. */
export const serveConsole = (options: ConsoleOptions, terminal: Terminal): Promise<ExitCode> =>
  withReceiver(options, terminal, false, async ({ webhooks }) => {
    const { err, out } = terminal;
    const receiver = receiverUrl('--receiver', options.receiver);
    const tell = (fields: object, message: string): void =>
      err.line(`${new Date().toTimeString().slice(0, 8)}  ${printable(`${message} ${JSON.stringify(fields)}`)}`);
    const page = webhookConsole(webhooks, {
      authorize: 'local',
      path: '/',
      receiver,
      logger: { info: tell, error: tell },
    });
    const server = createServer((req, res) => void page.node(req, res));
    const interrupted = terminal.interruption();
    const port = await beginListening(server, '127.0.0.1', options.port);
    const url = `http://127.0.0.1:${port}/`;
    out.line(
      options.json === true
        ? jsonLine({ kind: 'listening', url })
        : `The console is at ${out.paint.bold(url)} for this machine alone. Ctrl-C ends it.`,
    );
    await new Promise<void>((resolve) => {
      if (interrupted.aborted) resolve();
      interrupted.addEventListener('abort', () => resolve());
    });
    // why: an open page holds a connection, on which it waits for what is new.
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    return exitCodes.done;
  });
