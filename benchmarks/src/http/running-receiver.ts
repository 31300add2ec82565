import { createBodies } from '../core/bodies.ts';
import { CarelessContestantError } from '../core/check-contestant.ts';
import { ask, nextMessage, startChild } from './child.ts';
import { openConnection } from './connection.ts';
import type { ServerMessage } from './messages.ts';
import type { HttpReceiver } from './receiver.ts';
import { requestBytes } from './request-bytes.ts';

export interface ReceiverState {
  /** How many deliveries its handler was given. */
  readonly count: number;
  readonly residentBytes: number;
  /** The time its process has computed, in all threads, its own and the system's for it, since it was started. */
  readonly cpuUs: number;
}

export interface RunningReceiver {
  readonly receiver: HttpReceiver;
  readonly port: number;
  state(): Promise<ReceiverState>;
  close(): void;
}

/** Starts a receiver in a process of its own, and sees that it does its work. */
export const startReceiver = async (receiver: HttpReceiver): Promise<RunningReceiver> => {
  const child = startChild('./serve.js', [receiver.framework, receiver.contestant], 0);
  const listening = await nextMessage(child);
  if (!isServerMessage(listening) || listening.kind !== 'listening') throw new Error('The server gave no port.');
  const running: RunningReceiver = {
    receiver,
    port: listening.port,
    async state() {
      const answer = await ask(child, {});
      if (!isServerMessage(answer) || answer.kind !== 'state') throw new Error('The server gave no count.');
      return answer;
    },
    close: () => {
      child.disconnect();
    },
  };
  await checkReceiver(running);
  return running;
};

/** @throws {CarelessContestantError} where it refuses a genuine request, or takes one whose body was changed. */
const checkReceiver = async ({ receiver, port, state }: RunningReceiver): Promise<void> => {
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
  if ((await state()).count !== 1) throw new CarelessContestantError(name, 'hands a changed body to its handler');
};

const isServerMessage = (message: unknown): message is ServerMessage =>
  typeof message === 'object' && message !== null && 'kind' in message;
