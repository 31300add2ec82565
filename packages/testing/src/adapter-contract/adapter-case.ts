import assert from 'node:assert/strict';
import type { Answer } from './answer.ts';
import { contractReceiver } from './contract-receiver.ts';
import { signatureOf } from './contract-sources.ts';
import { fieldOf } from './field-of.ts';
import type { AdapterHarness, ContractServer } from './harness.ts';
import { type ManualClock, manualClock } from './manual-clock.ts';
import { answerPassed } from './passed-answer.ts';
import type { Recorded } from './record.ts';
import { plainScenario, type Scenario } from './scenario.ts';
import { openWire, patiently, type Wire, type WireRequest } from './wire.ts';

export interface CaseTools {
  readonly server: ContractServer;
  /** Time, for servers in this process. */
  readonly clock: ManualClock;
  /** What the receivers have seen; `undefined` where they are in another process. */
  readonly recorded: Recorded | undefined;
  readonly secondRecorded: Recorded | undefined;
  /** A connection to the server; closed when the case ends. */
  connect(): Promise<Wire>;
  /** Sends one request, on a connection of its own, to a path behind the receiver's URL, or to a whole URL. */
  send(path: string, request?: WireRequest): Promise<Answer>;
}

/** A case: starts a server of its own for a scenario, judges it, stops it. */
export const adapterCase =
  (wanted: Partial<Scenario>, judge: (tools: CaseTools) => Promise<void>) =>
  async (harness: AdapterHarness): Promise<void> => {
    const scenario = { ...plainScenario, ...wanted };
    const { patienceMs = 4_000 } = harness;
    const clock = manualClock();
    const receiver = contractReceiver(scenario, clock);
    const secondReceiver = contractReceiver({ ...scenario, second: false }, clock);
    const server = await harness.start({ scenario, receiver, secondReceiver, answerPassed });
    const wires: Wire[] = [];
    const connect = async (): Promise<Wire> => {
      const wire = await openWire(server.url, patienceMs);
      wires.push(wire);
      return wire;
    };
    try {
      await judge({
        server,
        clock: {
          ...clock,
          untilSet: (ms) => patiently(clock.untilSet(ms), patienceMs, `no timer of ${ms} ms was set`),
        },
        connect,
        recorded: harness.inProcess ? patientRecord(receiver.recorded, patienceMs) : undefined,
        secondRecorded: harness.inProcess ? secondReceiver.recorded : undefined,
        async send(path, request = {}) {
          const wire = await connect();
          wire.send(request, targetOf(path.startsWith('/') || path === '' ? `${server.url}${path}` : path));
          return wire.answer();
        },
      });
    } finally {
      for (const wire of wires) wire.destroy();
      await server.stop();
    }
  };

const patientRecord = (recorded: Recorded, patienceMs: number): Recorded => ({
  ...recorded,
  untilSeen: (events) => patiently(recorded.untilSeen(events), patienceMs, `no ${events} events were seen`),
  untilRefused: (code) => patiently(recorded.untilRefused(code), patienceMs, `no delivery was refused with ${code}`),
});

/** The request target of a URL, its percent-encoding as it is: the path and the query. */
export const targetOf = (url: string): string => url.slice(url.indexOf('/', 'http://'.length));

/** A request that the sources `signed` and `once` accept, whatever its body. */
export const signed = (body: Uint8Array | string, further: WireRequest['headers'] = []): WireRequest => {
  const bytes = Buffer.from(body);
  return {
    headers: [['content-type', 'application/json'], ['x-signature', signatureOf(bytes)], ...further],
    body: bytes,
  };
};

/** The answer is a refusal: status, code, form and length. */
export const assertRefused = (answer: Answer, status: number, code: string): void => {
  assert.deepEqual([answer.status, fieldOf(answer.json, 'code')], [status, code], `answered: ${answer.text}`);
  assert.equal(fieldOf(answer.json, 'status'), status);
  assert.match(answer.headers.get('content-type') ?? '', /^application\/problem\+json/);
  assertLength(answer);
};

/** The delivery was accepted: status and outcome. */
export const assertAccepted = (answer: Answer, status: number, outcome: string): void => {
  assert.deepEqual([answer.status, fieldOf(answer.json, 'outcome')], [status, outcome], `answered: ${answer.text}`);
  assertLength(answer);
};

// why: JSON that was cut short does not parse, so a length in characters instead of bytes shows here.
const assertLength = (answer: Answer): void => {
  assert.notEqual(answer.json, undefined, `the answer is not whole: ${answer.text}`);
  const length = answer.headers.get('content-length');
  if (length !== undefined) assert.equal(Number(length), answer.body.length);
};
