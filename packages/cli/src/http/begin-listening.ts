import type { Server } from 'node:http';
import { CommandError } from '../command-error.ts';

/** It is not the port that is wrong: an address of another machine, or a name that nobody knows. */
const addressCodes: readonly string[] = ['EADDRNOTAVAIL', 'EAI_AGAIN', 'ENOTFOUND'];

/**
 * Begins to listen; gives the port.
 *
 * @throws {CommandError} `unreachable` where the port or the address cannot be had.
 */
export const beginListening = (server: Server, host: string, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', (error) => {
      const code = 'code' in error ? String(error.code) : error.message;
      if (addressCodes.includes(code)) {
        const mend = 'Choose one that it has, like --host 127.0.0.1, or all of them: --host 0.0.0.0.';
        reject(new CommandError('unreachable', `${host} is no address of this machine (${code}). ${mend}`));
        return;
      }
      const why = code === 'EADDRINUSE' ? 'is taken' : `cannot be listened on (${code})`;
      const other = port < 65_535 ? `, like --port ${port + 1}` : '';
      reject(new CommandError('unreachable', `${host}:${port} ${why}. Choose another port${other}, or any: --port 0.`));
    });
    server.listen(port, host, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
