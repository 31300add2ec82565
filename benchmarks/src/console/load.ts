import { createBodies } from '../core/bodies.ts';
import { mediahooks } from '../core/contestants/mediahooks.ts';
import { type Connection, openConnection } from '../http/connection.ts';
import { requestBytes } from '../http/request-bytes.ts';
import { path } from '../inbox/receiver.ts';

const signer = mediahooks();
const createBody = createBodies(1000);
let signed = 0;

/** How many deliveries of 1 KB are accepted in a time, by one request at a time on each connection. */
export const acceptedIn = async (port: number, connections: number, measureMs: number): Promise<number> => {
  const open = await Promise.all(Array.from({ length: connections }, () => openConnection(port)));
  const end = performance.now() + measureMs;
  let accepted = 0;
  const keepBusy = async (connection: Connection): Promise<void> => {
    while (performance.now() < end) {
      signed += 1;
      // why: a file that was filled has ids of its own, which begin with other digits.
      const id = `c${signed.toString(16)}`;
      const status = await connection.send(requestBytes(path, signer.sign(createBody(id), id)));
      if (status !== 202) throw new Error(`It answered ${status} rather than 202.`);
      accepted += 1;
    }
  };
  await Promise.all(open.map(keepBusy));
  for (const connection of open) connection.close();
  return accepted;
};
