import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { nextMessage } from '../http/child.ts';

export type EngineName = 'postgres' | 'redis';

/** An engine of this run's own, that keeps what it has answered on disk. */
export interface EngineServer {
  readonly url: string;
  close(): void;
}

/** From the binaries of this machine; `undefined` where there are none. */
export const startEngine = async (engine: EngineName): Promise<EngineServer | undefined> => {
  const script = fileURLToPath(new URL('../../../tests/services/serve.ts', import.meta.url));
  const child = fork(script, [engine], {
    execArgv: ['--experimental-strip-types', '--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const answer = await nextMessage(child);
  if (typeof answer === 'object' && answer !== null && 'url' in answer && typeof answer.url === 'string') {
    return { url: answer.url, close: () => child.disconnect() };
  }
  child.disconnect();
  return undefined;
};
