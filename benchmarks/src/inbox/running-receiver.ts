import type { ChildProcess } from 'node:child_process';
import { createBodies } from '../core/bodies.ts';
import { CarelessContestantError } from '../core/check-contestant.ts';
import { mediahooks } from '../core/contestants/mediahooks.ts';
import { ask, nextMessage, startChild } from '../http/child.ts';
import { openConnection } from '../http/connection.ts';
import { requestBytes } from '../http/request-bytes.ts';
import type { ServerMessage, ServerQuestion, ServerState } from './messages.ts';
import { type InboxReceiver, path, type Storage } from './receiver.ts';

export interface RunningReceiver {
  readonly receiver: InboxReceiver;
  readonly port: number;
  state(): Promise<ServerState>;
  close(): Promise<void>;
}

/** Starts a receiver in a process of its own, and sees that it does its work. */
export const startReceiver = async (receiver: InboxReceiver, storage: Storage): Promise<RunningReceiver> => {
  const child = startChild('../inbox/serve.js', [receiver.contestant, storage.folder, storage.url], 0);
  const listening = await nextMessage(child);
  if (!isServerMessage(listening) || listening.kind !== 'listening') throw new Error('The server gave no port.');
  const running: RunningReceiver = {
    receiver,
    port: listening.port,
    async state() {
      const answer = await question(child, 'state');
      if (answer.kind !== 'state') throw new Error('The server gave no state.');
      return answer;
    },
    async close() {
      await question(child, 'close').finally(() => child.disconnect());
    },
  };
  try {
    await checkReceiver(running);
    return running;
  } catch (error) {
    await running.close();
    throw error;
  }
};

const question = async (child: ChildProcess, text: ServerQuestion): Promise<ServerMessage> => {
  const answer = await ask(child, { question: text });
  if (!isServerMessage(answer)) throw new Error('The server gave no answer.');
  return answer;
};

/** @throws {CarelessContestantError} where it refuses a genuine delivery, takes one that was changed, or answers without keeping. */
const checkReceiver = async ({ port, receiver, state }: RunningReceiver): Promise<void> => {
  const { contestant, status } = receiver;
  const signer = mediahooks();
  const createBody = createBodies(1000);
  const statusOf = async (bodyOf: string, signatureOf: string): Promise<number> => {
    const connection = await openConnection(port);
    const signed = signer.sign(createBody(signatureOf), signatureOf);
    const answered = await connection.send(requestBytes(path, { ...signed, body: createBody(bodyOf) }));
    connection.close();
    return answered;
  };
  // why these ids: the load counts its own from 1, and must not send again what was sent here.
  const [genuine, changed, other] = ['f00000000001', 'f00000000002', 'f00000000003'] as const;
  if ((await statusOf(genuine, genuine)) !== status) {
    throw new CarelessContestantError(contestant, 'refuses a genuine delivery');
  }
  if ((await state()).kept !== 1) throw new CarelessContestantError(contestant, 'has not kept what it has accepted');
  if ((await statusOf(changed, other)) < 400) throw new CarelessContestantError(contestant, 'accepts a changed body');
  if ((await state()).kept !== 1) throw new CarelessContestantError(contestant, 'keeps a changed body');
};

const isServerMessage = (message: unknown): message is ServerMessage =>
  typeof message === 'object' && message !== null && 'kind' in message;
