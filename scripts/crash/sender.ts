import { Agent, request } from 'node:http';

export interface Load {
  /** Ends it, once what is under way has been answered or has failed. */
  stop(): Promise<void>;
}

/** So many videos are written about: events of one wait for each other. */
const subjects = 40;

/**
 * Sends one delivery after another over each of `connections`, and puts the numbers of those that were answered 2xx into `acknowledged`. What fails is sent once more, as platforms do; what is then not answered
 * was not acknowledged, and is nobody's loss.
 */
export const startLoad = (
  origin: () => string,
  nextNumber: () => number,
  acknowledged: Set<number>,
  connections: number,
): Load => {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  let stopped = false;
  const send = async (): Promise<void> => {
    while (!stopped) {
      const number = nextNumber();
      const body = JSON.stringify({
        id: `video-${number % subjects}`,
        title: String(number),
        type: 'video',
        video: { status: 'Completed' },
      });
      const status = (await post(agent, origin(), body)) ?? (await post(agent, origin(), body));
      if (status !== undefined && status >= 200 && status < 300) acknowledged.add(number);
      // why: while there is no receiver, or no engine behind it, every attempt fails at once.
      if (status === undefined || status >= 500) await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  const done = Promise.all(Array.from({ length: connections }, send));
  return {
    async stop() {
      stopped = true;
      await done;
      agent.destroy();
    },
  };
};

/** The status, once the answer has come whole; `undefined` where it does not. */
const post = (agent: Agent, origin: string, body: string): Promise<number | undefined> =>
  new Promise((resolve) => {
    const sent = request(
      `${origin}/webhooks/tpstreams`,
      {
        method: 'POST',
        agent,
        timeout: 10_000,
        headers: { 'x-streams-token': 'a-token', 'content-type': 'application/json' },
      },
      (response) => {
        response.resume();
        response.once('end', () => resolve(response.statusCode));
        response.once('close', () => resolve(undefined));
      },
    );
    sent.once('timeout', () => sent.destroy());
    sent.once('error', () => resolve(undefined));
    sent.end(body);
  });
