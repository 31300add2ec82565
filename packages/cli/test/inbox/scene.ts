import { rmSync } from 'node:fs';
import { deliver } from '@mediahooks/testing';
import { type Ended, endCommands, everything, runCli, startCommand, temporaryFolder } from '../command.ts';
import { secrets, secretValues } from '../receiver.ts';

export interface InboxScene {
  /** Where commands are run; it is removed at the end. */
  readonly directory: string;
  run(args: readonly string[], variables?: Readonly<Record<string, string>>): Promise<Ended>;
  /** Receives into an inbox: one that is accepted, of each of two platforms, one that is rejected, and one that is no valid payload. */
  fill(inbox: readonly string[]): Promise<void>;
}

/** A folder for commands over inboxes, with variables for every source. To be made once in a test file. */
export const inboxScene = (): InboxScene => {
  const directory = temporaryFolder();
  afterAll(() => {
    endCommands();
    rmSync(directory, { recursive: true, force: true });
  });
  return {
    directory,
    run: (args, variables = secrets) => runCli(args, { directory, environment: variables }),
    async fill(inbox) {
      const args = ['listen', '--port', '0', '--json', ...inbox];
      const listener = startCommand(args, {
        directory,
        environment: { ...secrets, MEDIAHOOKS_TRUST_PROXY: 'loopback' },
      });
      const url = /http:\/\/[\d.]+:\d+\/\w+/.exec(await listener.written('/webhooks'))?.[0] ?? '';
      const secret = secrets.MEDIAHOOKS_IGNITE_SECRET;
      const token = secrets.MEDIAHOOKS_TPSTREAMS_TOKEN;
      const statuses: number[] = [];
      for (const delivery of [
        deliver('ignite', 'video.updated', { secret }),
        deliver('tpstreams', 'livestream.streaming', { token }),
        deliver('ignite', 'video.created', { secret, tamper: 'body' }),
        deliver('ignite', 'video.created', { secret, payload: { no: 'video' } }),
      ]) {
        statuses.push((await delivery.sendTo(url)).status);
      }
      expect(statuses).toEqual([202, 202, 401, 202]);
      expect(await listener.interrupt()).toMatchObject({ status: 0 });
    },
  };
};

/** For the end of a test file. */
export const expectNoSecrets = (...more: readonly string[]): void => {
  for (const secret of [...secretValues, 'org-sample-stream-key', ...more]) {
    expect(everything.filter((text) => text.includes(secret))).toEqual([]);
  }
};
