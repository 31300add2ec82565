import type { Server } from 'node:http';
import type { Contestant } from '../core/contestant.ts';

/** A server that receives deliveries on one framework. */
export interface HttpReceiver {
  readonly framework: string;
  readonly contestant: string;
  /** Signs what is sent to it. */
  readonly signer: Contestant;
  readonly path: string;
  /** `handled` is called by the handler of each delivery. */
  createServer(handled: () => void): Promise<Server> | Server;
}
