import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';

/** Asks at the terminal; what is typed is not shown. Resolves with `undefined` for Ctrl-C and Ctrl-D. */
export const askHidden = async (
  question: string,
  input: NodeJS.ReadStream,
  output: NodeJS.WriteStream,
): Promise<string | undefined> => {
  // why: readline echoes by itself. It is given somewhere else to write to.
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const reader = createInterface({ input, output: nowhere, terminal: true });
  output.write(`${question}: `);
  try {
    const closed = new Promise<undefined>((resolve) => {
      reader.once('SIGINT', () => resolve(undefined));
      reader.once('close', () => resolve(undefined));
    });
    return (await Promise.race([reader.question(''), closed])) || undefined;
  } finally {
    reader.close();
    output.write('\n');
  }
};
