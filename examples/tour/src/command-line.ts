import { parseArgs } from 'node:util';

export type Command =
  | { readonly kind: 'tour'; readonly port: number; readonly once: boolean; readonly direct: boolean }
  | { readonly kind: 'help' }
  | { readonly kind: 'mistake'; readonly message: string };

export const help = `The tour of mediahooks: a receiver for Gcore, Ignite, TPStreams, echo3D and 3Q on 127.0.0.1. It is sent
every example payload of the platforms' pages and the forgeries that matter, then it listens for yours.

  npm start                listens on port 3000 after the tour; Ctrl-C ends it
  npm start -- --once      ends after the tour: status 0 if every genuine delivery was handled and every
                           forgery refused, else 1
  npm start -- --direct    without an inbox: handles within the request, and answers 200 instead of 202
  npm start -- --help      shows this

  PORT=4000 npm start      listens on another port; PORT=0 on any that is free
  NO_COLOR=1 npm start     prints no colours
`;

const defaultPort = 3000;

export const commandLine = (args: readonly string[], env: Readonly<Record<string, string | undefined>>): Command => {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { once: { type: 'boolean' }, direct: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
    });
    if (values.help === true) return { kind: 'help' };
    const port = readPort(env.PORT);
    if (port === undefined)
      return { kind: 'mistake', message: `PORT must be a number from 0 to 65535, not "${env.PORT}".` };
    return { kind: 'tour', port, once: values.once === true, direct: values.direct === true };
  } catch (error) {
    return { kind: 'mistake', message: error instanceof Error ? error.message : String(error) };
  }
};

const readPort = (text = ''): number | undefined => {
  if (text === '') return defaultPort;
  const port = /^[0-9]{1,5}$/.test(text) ? Number(text) : Number.NaN;
  return port <= 65_535 ? port : undefined;
};
