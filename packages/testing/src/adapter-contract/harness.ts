import type { ContractReceiver } from './contract-receiver.ts';
import type { PassedAnswer } from './passed-answer.ts';
import type { Scenario } from './scenario.ts';

/** What a server is to be started with. */
export interface ContractSetup {
  readonly scenario: Scenario;
  /** The receiver to mount. A server in another process makes its own with `contractReceiver(scenario)`. */
  readonly receiver: ContractReceiver;
  /** To be mounted beside the first, where `scenario.second`. */
  readonly secondReceiver: ContractReceiver;
  /** The answer of the route behind the adapter, where `scenario.passOn`: give it what the adapter left for the route. */
  readonly answerPassed: (webhook: unknown) => PassedAnswer;
}

export interface ContractServer {
  /** Where the sources are: `http://127.0.0.1:<port>/webhooks`, without a slash at the end. */
  readonly url: string;
  /** The same of the second receiver. */
  readonly secondUrl?: string;
  /** A route of the same app that has nothing to do with webhooks: answers a GET with 200 and `other`. */
  readonly otherUrl?: string;
  stop(): Promise<void>;
}

/** What an adapter brings to the contract: a real server on a real socket of 127.0.0.1. */
export interface AdapterHarness {
  /**
   * Whether the server runs in this process. If not, cases that pass the clock in are left out, and the others assert only what
   * can be seen over HTTP.
   */
  readonly inProcess: boolean;
  /** Whether the adapter sees the connection's own address. Without, a receiver with address guards and no `trustProxy` must not start. */
  readonly seesSocket: boolean;
  /** How long a case waits before it calls a server hung. Milliseconds, default 4000. */
  readonly patienceMs?: number;
  start(setup: ContractSetup): Promise<ContractServer>;
}
