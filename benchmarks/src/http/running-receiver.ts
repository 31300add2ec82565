import { createBodies } from '../core/bodies.ts';
import { CarelessContestantError } from '../core/check-contestant.ts';
import { ask, nextMessage, startChild } from './child.ts';
import { openConnection } from './connection.ts';
import type { ServerMessage } from './messages.ts';
import type { HttpReceiver } from './receiver.ts';
import { requestBytes } from './request-bytes.ts';

export interface RunningReceiver {
  readonly receiver: HttpReceiver;
  readonly port: number;
  /** How many deliveries its handler was given. */
  handled(): Promise<number>;
  residentBytes(): Promise<number>;
  close(): void;
}

/** Starts a receiver in a process of its own, and sees that it does its work. */
export const startReceiver = async (receiver: HttpReceiver): Promise<RunningReceiver> => {
  const child = startChild('./serve.js', [receiver.framework, receiver.contestant], 0);
  const listening = await nextMessage(child);
  if (!isServerMessage(listening) || listening.kind !== 'listening') throw new Error('The server gave no port.');
  const state = async (): Promise<Extract<ServerMessage, { readonly kind: 'state' }>> => {
    const answer = await ask(child, {});
    if (!isServerMessage(answer) || answer.kind !== 'state') throw new Error('The server gave no count.');
    return answer;
  };
  const running: RunningReceiver = {
    receiver,
    port: listening.port,
    handled: async () => (await state()).count,
    residentBytes: async () => (await state()).residentBytes,
    close: () => {
      child.disconnect();
    },
  };
  await checkReceiver(running);
  return running;
};

/** @throws {CarelessContestantError} where it refuses a genuine request, or takes one whose body was changed. */
const checkReceiver = async ({ receiver, port, handled }: RunningReceiver): Promise<void> => {
  const { contestant, framework, path, signer } = receiver;
  const createBody = createBodies(1000);
  const statusOf = async (bodyOf: string, signatureOf: string): Promise<number> => {
    const connection = await openConnection(port);
    const signed = signer.sign(createBody(signatureOf), signatureOf);
    const status = await connection.send(requestBytes(path, { ...signed, body: createBody(bodyOf) }));
    connection.close();
    return status;
  };
  const name = `${contestant} on ${framework}`;
  if ((await statusOf('fa', 'fa')) !== 200) throw new CarelessContestantError(name, 'refuses a genuine request');
  if ((await statusOf('fb', 'fc')) < 400) throw new CarelessContestantError(name, 'accepts a changed body');
  if ((await handled()) !== 1) throw new CarelessContestantError(name, 'hands a changed body to its handler');
};

const isServerMessage = (message: unknown): message is ServerMessage =>
  typeof message === 'object' && message !== null && 'kind' in message;
