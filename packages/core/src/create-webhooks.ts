import { compileTrustProxy, type TrustProxy, trustNone } from './address/trust-proxy.ts';
import { type Clock, systemClock } from './clock.ts';
import type { IncomingDelivery } from './delivery.ts';
import type { PassOn } from './destination.ts';
import { createDiagnose } from './diagnosis/diagnose.ts';
import { createDiagnosisLimit } from './diagnosis/diagnosis-limit.ts';
import type { ExplainOptions, Explanation } from './diagnosis/explain.ts';
import { createSecretProbe } from './diagnosis/secret-probe.ts';
import { createDirectDispatch } from './direct.ts';
import { createDirectDestination } from './direct-destination.ts';
import { createMemoryOf, defaultMemoryEntries } from './direct-memory.ts';
import { ConfigurationError } from './errors.ts';
import type { AnyEvent, EventFor, HandlerName, Sources } from './event.ts';
import { checkHandlerName, createHandlerRegistry, type Handler } from './handlers.ts';
import { checkInbox } from './inbox/check-inbox.ts';
import { createReader } from './inbox/create-reader.ts';
import { createWorker } from './inbox/create-worker.ts';
import { drainInbox, readDrainOptions } from './inbox/drain.ts';
import type { Inbox } from './inbox/inbox.ts';
import { createInboxDestination } from './inbox/inbox-destination.ts';
import { createKeepRefusals, type KeepRefusalsOptions } from './inbox/keep-refusals.ts';
import { orderedId } from './inbox/ordered-id.ts';
import { createReplay, type ReplayResult } from './inbox/replay.ts';
import { startRetention } from './inbox/retention.ts';
import { createRetry, type RetryOptions } from './inbox/retry.ts';
import { createRunInTime } from './inbox/run-in-time.ts';
import { createUnstartedWarning } from './inbox/unstarted-warning.ts';
import { type DrainOptions, type DrainResult, watchWorker } from './inbox/watch-worker.ts';
import type { Inspect } from './inspect/inspect.ts';
import { type Logger, readLogger, steadyLogger } from './logger.ts';
import type { Observer } from './observe.ts';
import { checkKind, checkOptions, positiveInteger, wholeNumber } from './options.ts';
import type { Outcome } from './outcome.ts';
import { createInTime, createReceive } from './receive.ts';
import { quote } from './rejection.ts';
import { createReporter } from './report.ts';
import { createRunning } from './running.ts';
import { createScrubSecrets } from './scrub-secrets.ts';
import { readSecrets, type Secret } from './secret.ts';
import { readSources, type Source } from './source.ts';

export interface WebhooksOptions<S extends Sources = Sources> {
  /** Source name → provider. The name is the path segment deliveries are sent to, and the prefix of event names. */
  readonly sources: S;
  /** Which proxies in front of this receiver are believed about the sender's address. Default: none, or the framework's own setting in Express. */
  readonly trustProxy?: TrustProxy;
  /** Larger bodies are refused. Bytes, default 1048576 (1 MiB). */
  readonly maxBodyBytes?: number;
  /** So long without a byte of the body and the delivery is refused. Milliseconds, default 10000. */
  readonly stallMs?: number;
  /** So long a sender waits for handlers; then it is answered 202 and they go on. Milliseconds, default 25000: Ignite gives 30 seconds. */
  readonly deadlineMs?: number;
  /** How many recognised deliveries and how many subjects of each source are remembered in this process. Default 10000 each; the oldest are forgotten first. */
  readonly memoryEntries?: number;
  /**
   * Secrets that count no more, of whichever source. Nothing is accepted with them: a delivery that was made with one is refused, and the
   * hint then says so instead of leaving you to guess.
   */
  readonly retiredSecrets?: Secret;
  /** A logger of pino's shape; `false` for none. Default: refusals and failures go to the console. */
  readonly logger?: Logger | false;
  /** Keeps deliveries on disk before they are answered, and hands their events to handlers after. Default: handled within the request. */
  readonly inbox?: Inbox;
  /**
   * So long the handlers of an event have, all of them together; then their `signal` is aborted, and the attempt has failed. Only with an
   * inbox: without one nothing waits for a handler longer than `deadlineMs`. Milliseconds, default 3600000 (one hour); `false` for no limit.
   */
  readonly handlerTimeoutMs?: number | false;
  /** When events that failed are tried again. Only with an inbox. */
  readonly retry?: RetryOptions;
  /**
   * How long deliveries stay in the inbox once all their events are done with. Dead letters and quarantined deliveries stay until they
   * are replayed or discarded. Milliseconds, default 2592000000 (30 days); `false` for ever.
   */
  readonly retentionMs?: number | false;
  /**
   * Refused deliveries are kept in the inbox too, so that they can be looked at: after the answer, at most so many a minute. `false`
   * keeps none. Only with an inbox.
   */
  readonly keepRefusals?: KeepRefusalsOptions | false;
  /** Called as things happen. */
  readonly observe?: Observer;
  /** For tests. */
  readonly clock?: Clock;
  /** For tests: a number from 0 to 1, for the jitter of retries. Default: `Math.random`. */
  readonly random?: () => number;
  /** Gives each delivery its id. Default: UUIDs, random ones or, with an inbox, such as begin with the time. */
  readonly createId?: () => string;
}

/** What adapters need of a receiver; its sources forgotten. */
export interface Receiver extends Inspect {
  /** The whole pipeline. Never rejects. With `passOn`, a verified delivery goes there instead of to handlers. */
  receive(incoming: IncomingDelivery, passOn?: PassOn): Promise<Outcome>;
  /**
   * Says what would become of a request, and why, by the same checks. Nothing is handled, stored or counted as seen, and nobody is told
   * of it. With `receivedAt`, a request that was captured earlier is judged by that time.
   */
  explain(incoming: IncomingDelivery, options?: ExplainOptions): Promise<Explanation>;
  /**
   * Begins to hand events out of the inbox to handlers: register them first. Nothing to do without an inbox, nor in a process that
   * only receives.
   *
   * @throws {ConfigurationError} `handler-missing` with an inbox and no handler at all: every event would be done with, unhandled.
   */
  start(): Promise<void>;
  /**
   * Waits until every delivery is answered and its handlers are done, for `timeoutMs` (default 30000; 0 does not wait) at most; then aborts
   * their `signal`. An inbox is closed after.
   *
   * @throws {ConfigurationError} `option-unknown`, `option-invalid`; nothing is stopped then.
   */
  stop(options?: { readonly timeoutMs?: number }): Promise<void>;
  /**
   * Hands events to handlers until nothing is due any more, for platforms where no process stays: call it from a scheduled request, or
   * after an answer. Begins like `start` does, and throws what it throws. Resolves at once without an inbox, and when it is stopped.
   *
   * @throws {ConfigurationError} `option-unknown`, `option-invalid`.
   * @throws {InboxUnavailableError} where the inbox cannot be reached, at the beginning or any more at the end; the log has it too. What
   * it holds is kept; call again later.
   */
  drain(options?: DrainOptions): Promise<DrainResult>;
  /** The inbox, where there is one. */
  readonly inbox: Inbox | undefined;
  /**
   * Sends a kept delivery through the pipeline again, guards included.
   *
   * @throws {ConfigurationError} `inbox-missing` without an inbox; {@link InboxUnavailableError} where it cannot be reached.
   */
  replay(deliveryId: string): Promise<ReplayResult>;
  /** Whether middleware passes verified deliveries on to a route: no handler is registered, and no inbox keeps them for one. */
  readonly passesOn: boolean;
  /** Whether any handler is registered. */
  readonly hasHandlers: boolean;
  /** Names of all sources, as they were given. */
  readonly sourceNames: readonly string[];
  /** Names of sources that are proven by the sender's address. */
  readonly addressSources: readonly string[];
  /** Whether `trustProxy` was given. */
  readonly hasTrustProxy: boolean;
  /** Whether it believes any proxy: given, and neither `false` nor `0`. */
  readonly believesProxies: boolean;
}

declare const webhookSources: unique symbol;

export interface Webhooks<S extends Sources = Sources> extends Receiver {
  /**
   * Registers a handler for `<source>.<type>`, `<source>.*` or `*`. Several may match: exact names run first, then `<source>.*`,
   * then `*`, one after another. Returns a function that takes the handler away.
   *
   * @throws {ConfigurationError} `event-unknown` for a name that cannot occur.
   */
  on<const Name extends HandlerName<S>>(name: Name, handler: Handler<EventFor<S, Name>>): () => void;
  // why: carried for inference only (`EventOf<typeof webhooks>`), never there at run time.
  readonly [webhookSources]?: S;
}

/** Any receiver, its sources kept. */
export interface TypedReceiver {
  readonly [webhookSources]?: Sources;
}

/** The union of all events of a receiver: `EventOf<typeof webhooks>`. */
export type EventOf<W extends TypedReceiver> = AnyEvent<NonNullable<W[typeof webhookSources]>>;

const knownOptions = [
  'sources',
  'trustProxy',
  'maxBodyBytes',
  'stallMs',
  'deadlineMs',
  'memoryEntries',
  'retiredSecrets',
  'logger',
  'inbox',
  'handlerTimeoutMs',
  'retry',
  'retentionMs',
  'keepRefusals',
  'observe',
  'random',
  'clock',
  'createId',
] as const satisfies (keyof WebhooksOptions)[];

/**
 * The receiver: mount it with an adapter, register handlers with `on`.
 *
 * @throws {ConfigurationError} where the configuration cannot be right; nothing is deferred to the first delivery.
 */
export const createWebhooks = <const S extends Sources>(options: WebhooksOptions<S>): Webhooks<S> => {
  const owner = 'createWebhooks';
  checkOptions(owner, options, knownOptions);
  const sources = readSources(options.sources);
  const addressSources = [...sources.values()]
    .filter((source) => source.addressGuards.length > 0)
    .map(({ name }) => name);
  if (options.trustProxy === true && addressSources.length > 0) {
    throw new ConfigurationError(
      'trust-proxy-invalid',
      `${owner}: trustProxy: true believes whatever a sender writes into X-Forwarded-For, and ${addressSources.join(', ')} ` +
        'is proven by its address. Give the number of proxies, or their addresses.',
    );
  }
  const clock = options.clock ?? systemClock;
  const handlers = createHandlerRegistry();
  const memoryOf = createMemoryOf(positiveInteger(owner, 'memoryEntries', options.memoryEntries, defaultMemoryEntries));
  const stopping = new AbortController();
  const running = createRunning();
  const logger = readLogger(owner, options.logger);
  checkKind(owner, 'observe', options.observe, 'object');
  checkKind(owner, 'createId', options.createId, 'function');
  const trust = options.trustProxy === undefined ? undefined : compileTrustProxy(options.trustProxy);

  const retiredSecrets =
    options.retiredSecrets === undefined || options.retiredSecrets.length === 0
      ? []
      : readSecrets(options.retiredSecrets, { owner, option: 'retiredSecrets' });
  const retired = retiredSecrets.length === 0 ? undefined : createSecretProbe(retiredSecrets);
  const scrub = createScrubSecrets(sources, retiredSecrets);
  const report = createReporter(logger, options.observe ?? {}, sources, scrub, clock);
  const deadlineMs = positiveInteger(owner, 'deadlineMs', options.deadlineMs, 25_000);

  const { inbox } = options;
  checkInbox(owner, inbox);
  const unstarted = createUnstartedWarning({ clock, handlers, logger: steadyLogger(logger) });
  const direct = createDirectDestination({
    clock,
    memoryOf,
    report,
    deadlineMs,
    dispatch: createDirectDispatch({ handlers, memoryOf, clock, report, signal: stopping.signal }),
    running,
  });
  const inTime = createInTime(clock, deadlineMs);
  inbox?.attach?.(createReader(sources, inTime));
  const retentionMs =
    options.retentionMs === false
      ? false
      : positiveInteger(owner, 'retentionMs', options.retentionMs, defaultRetentionMs);
  let endRetention: (() => void) | undefined;
  let isStopped = false;
  const retryDelayMs = createRetry(options.retry ?? {}, options.random ?? Math.random);

  const refusals =
    inbox === undefined || options.keepRefusals === false
      ? undefined
      : createKeepRefusals({ clock, inbox }, options.keepRefusals ?? {});

  const pipeline = {
    sources,
    trust,
    maxBodyBytes: positiveInteger(owner, 'maxBodyBytes', options.maxBodyBytes, 1_048_576),
    stallMs: positiveInteger(owner, 'stallMs', options.stallMs, 10_000),
    deadlineMs,
    clock,
    createId: options.createId ?? (inbox === undefined ? () => crypto.randomUUID() : () => orderedId(clock.now())),
  };
  const diagnosis = { sources, retired, clock, scrub };
  const receive = createReceive({
    ...pipeline,
    destination:
      inbox === undefined
        ? direct
        : createInboxDestination({ inbox, clock, report, handlers, stored: unstarted.stored }),
    report,
    diagnose: createDiagnose({ ...diagnosis, limit: createDiagnosisLimit(clock) }),
    ...(refusals !== undefined && { refused: refusals.note }),
  });

  const timeoutMs =
    options.handlerTimeoutMs === false
      ? undefined
      : positiveInteger(owner, 'handlerTimeoutMs', options.handlerTimeoutMs, defaultHandlerTimeoutMs);
  const runHandlers = createRunInTime({ clock, timeoutMs, stopping: stopping.signal });
  const isStopping = (): boolean => isStopped;
  const worker = createWorker({ sources, handlers, clock, report, retryDelayMs, runHandlers, isStopping });
  const watched = watchWorker(worker, clock);
  const start = async (): Promise<void> => {
    if (inbox === undefined) return;
    if (handlers.size === 0) {
      throw new ConfigurationError(
        'handler-missing',
        'start: no handler is registered, so every event in the inbox would be done with, unhandled. Call on(…) first.',
      );
    }
    unstarted.end();
    await inbox.start(watched.worker);
    // why: it was stopped meanwhile. A timer that nobody ends would keep the process for ever.
    if (isStopped) return;
    endRetention ??= startRetention({ inbox, clock, logger, retentionMs, refused: refusals?.limits });
  };

  return {
    on(name, handler) {
      if (typeof name !== 'string') {
        throw new ConfigurationError('event-unknown', 'on: the name of an event is not a string.');
      }
      if (typeof handler !== 'function') {
        throw new ConfigurationError('option-invalid', `on(${quote(name)}): the handler is not a function.`);
      }
      checkHandlerName(name, sources);
      return handlers.add(name, { handle: handler });
    },
    receive(incoming, passOn) {
      // why: counted from the first byte, so that `stop` waits for deliveries that are still being read or verified too.
      running.begin();
      const outcome = receive(incoming, passOn);
      outcome.then(running.end, running.end);
      return outcome;
    },
    async explain(incoming, explainOptions) {
      const { createExplain } = await import('./diagnosis/explain.ts');
      return createExplain({ ...pipeline, diagnose: createDiagnose(diagnosis), scrub })(incoming, explainOptions);
    },
    start,
    async drain(limits = {}) {
      const drainOptions = readDrainOptions(limits);
      if (inbox === undefined) return { events: 0, isTimeUp: false };
      if (isStopped) return { events: 0, isTimeUp: true };
      await start();
      return drainInbox({ inbox, watched, clock, logger }, drainOptions);
    },
    async stop(given = {}) {
      // why not refused: `process.once('SIGTERM', webhooks.stop)` hands over the signal's name. Told at the very end, a mistake would cut
      // the handlers off that this is to wait for.
      const limits = typeof given === 'object' ? given : {};
      checkOptions('stop', limits, ['timeoutMs']);
      const timeoutMs = wholeNumber('stop', 'timeoutMs', limits.timeoutMs, 30_000);
      const stopBy = clock.now() + timeoutMs;
      isStopped = true;
      watched.stop();
      endRetention?.();
      unstarted.end();
      report.flush();
      let cancel = (): void => undefined;
      const timeout = new Promise<void>((resolve) => {
        cancel = clock.after(timeoutMs, resolve);
      });
      let isTimeUp = false;
      const drained = async (): Promise<void> => {
        // why: again and again, because deliveries may have come in meanwhile.
        while (running.count > 0 && !isTimeUp) await running.idle();
      };
      await Promise.race([drained(), timeout]);
      stopping.abort();
      await Promise.race([refusals?.stop(), timeout]);
      isTimeUp = true;
      cancel();
      await inbox?.stop({ timeoutMs: Math.max(stopBy - clock.now(), 0) });
    },
    inbox,
    ...(inbox === undefined ? inspectNothing : inspectLater(inbox, sources)),
    replay:
      inbox === undefined
        ? async () => {
            throw new ConfigurationError('inbox-missing', 'replay: this receiver has no inbox, so nothing is kept.');
          }
        : createReplay(inbox, sources, inTime),
    get passesOn() {
      return inbox === undefined && handlers.size === 0;
    },
    get hasHandlers() {
      return handlers.size > 0;
    },
    sourceNames: [...sources.keys()],
    addressSources,
    hasTrustProxy: options.trustProxy !== undefined,
    believesProxies: trust !== undefined && trust !== trustNone,
  };
};

// why: `import()` here and in `explain`: most processes are never asked, and should not have to load what would answer.
const inspectLater = (inbox: Inbox, sources: ReadonlyMap<string, Source>): Inspect => {
  const load = async (): Promise<Inspect> => (await import('./inspect/inspect.ts')).createInspect(inbox, sources);
  return {
    inspect: async (deliveryId, options) => (await load()).inspect(deliveryId, options),
    inspectEvents: async (subject, page, options) => (await load()).inspectEvents(subject, page, options),
  };
};

const inspectNothing: Inspect = {
  async inspect() {
    throw new ConfigurationError('inbox-missing', 'inspect: this receiver has no inbox, so nothing is kept.');
  },
  async inspectEvents() {
    throw new ConfigurationError('inbox-missing', 'inspectEvents: this receiver has no inbox, so nothing is kept.');
  },
};

const defaultHandlerTimeoutMs = 60 * 60 * 1000;
const defaultRetentionMs = 30 * 24 * 60 * 60 * 1000;
