import type { IncomingDelivery } from '../delivery.ts';
import type { Destination } from '../destination.ts';
import type { WebhookEvent } from '../event.ts';
import { planEvents } from '../inbox/plan.ts';
import { describeError } from '../logger.ts';
import { createReceive, type PipelineOptions } from '../receive.ts';
import { redactPayload } from '../redact.ts';
import type { Rejection } from '../rejection.ts';
import type { Source } from '../source.ts';
import type { Diagnose } from './diagnose.ts';
import type { RefusedDelivery } from './finding.ts';

export interface ExplainOptions {
  /** When the request was received: timestamps and tokens are judged by it. Milliseconds since the epoch, default now. */
  readonly receivedAt?: number;
}

/** One check of the pipeline, in its order; of a guard with the guard's name. */
export interface ExplainedCheck {
  readonly name: 'address' | 'body' | 'credential' | 'json' | 'method' | 'schema' | 'size' | 'source';
  readonly guard?: string;
}

/** An event that would be handed to handlers. What the provider marks as secret is redacted. */
export interface ExplainedEvent
  extends Pick<WebhookEvent, 'name' | 'payload' | 'source' | 'subject' | 'type' | 'version'> {}

/** What would become of a request, and why. */
export type Explanation =
  | {
      readonly accepted: true;
      readonly source: string;
      readonly passed: readonly ExplainedCheck[];
      /** As if nothing were known of their subjects: of a platform that sends states, one change may be another than in your app. */
      readonly events: readonly ExplainedEvent[];
    }
  | {
      readonly accepted: false;
      /** `undefined` where the path names none. */
      readonly source: string | undefined;
      readonly passed: readonly ExplainedCheck[];
      readonly failed: ExplainedCheck;
      /** With its hint, and its cause where that was found. */
      readonly rejection: Rejection;
    };

/** The pipeline as it is, but for where deliveries go and who is told of them. */
export type ExplainPipeline = Omit<PipelineOptions, 'destination' | 'diagnose' | 'report'> & {
  readonly diagnose: Diagnose;
  readonly scrub: (text: string) => string;
};

/**
 * Says what would become of a request, by the pipeline itself. Nothing is handled, stored, counted as seen or told to a logger or an
 * observer, and each refusal is looked into.
 */
export const createExplain =
  (pipeline: ExplainPipeline) =>
  async (incoming: IncomingDelivery, { receivedAt }: ExplainOptions = {}): Promise<Explanation> => {
    const { clock, diagnose, scrub, sources } = pipeline;
    let events: readonly ExplainedEvent[] = [];
    let refused: RefusedDelivery | undefined;
    let failure: unknown;
    let isBodyRead = false;
    const destination: Destination = {
      take({ delivery, drafts, source }) {
        events = planEvents(source, delivery.id, drafts, new Map()).events.map((event) => explained(event, source));
        return { kind: 'ignored', deliveryId: delivery.id, source: source.name, events: [] };
      },
      takeInvalid: async ({ delivery, source }, why) => ({
        kind: 'rejected',
        deliveryId: delivery.id,
        source: source.name,
        events: [],
        rejection: why,
      }),
    };
    const receive = createReceive({
      ...pipeline,
      clock: { now: () => receivedAt ?? clock.now(), after: (ms, callback) => clock.after(ms, callback) },
      destination,
      report: silentReporter((error) => {
        failure = error;
      }),
      diagnose: (one) => {
        refused = one;
        return diagnose(one);
      },
    });
    const outcome = await receive(
      listening(incoming, () => {
        isBodyRead = true;
      }),
    );
    const source = outcome.source === undefined ? undefined : sources.get(outcome.source);
    const checks = checksOf(source);
    if (outcome.rejection === undefined) {
      return { accepted: true, source: outcome.source ?? '', passed: checks, events };
    }
    const at = failedAt(outcome.rejection, refused, checks, isBodyRead);
    const rejection =
      failure === undefined
        ? outcome.rejection
        : { ...outcome.rejection, hint: `The receiver itself failed: ${describeError(failure, scrub).message}` };
    return {
      accepted: false,
      source: outcome.source,
      passed: checks.slice(0, at),
      failed: checks[at] ?? { name: 'schema' },
      rejection: { ...rejection, hint: scrub(rejection.hint) },
    };
  };

const explained = (
  { name, payload, source, subject, type, version }: ExplainedPlan,
  { name: sourceName, provider }: Source,
): ExplainedEvent => ({
  source,
  type,
  name,
  payload: redactPayload(payload, provider.redact),
  ...(subject !== undefined && { subject: subject.slice(sourceName.length + 1) }),
  ...(version !== undefined && { version }),
});

type ExplainedPlan = ReturnType<typeof planEvents>['events'][number];

/** Every check a delivery of a source goes through. */
const checksOf = (source: Source | undefined): readonly ExplainedCheck[] => {
  const named = (name: ExplainedCheck['name'], guards: readonly { readonly name: string }[] = []): ExplainedCheck[] =>
    guards.map((guard) => ({ name, guard: guard.name }));
  return [
    { name: 'method' },
    { name: 'source' },
    ...named('address', source?.addressGuards),
    { name: 'size' },
    { name: 'body' },
    ...named('credential', source?.credentialGuards),
    { name: 'json' },
    ...named('credential', source?.payloadGuards),
    { name: 'schema' },
  ];
};

/** The place of the check that failed. */
const failedAt = (
  { code }: Rejection,
  refused: RefusedDelivery | undefined,
  checks: readonly ExplainedCheck[],
  isBodyRead: boolean,
): number => {
  const first = (name: ExplainedCheck['name']): number => checks.findIndex((check) => check.name === name);
  const { guard } = refused ?? {};
  // why: before its code. A guard of the user's may refuse by any code there is.
  if (guard !== undefined) {
    const isLate = guard.stage === 'payload';
    const place = checks.findIndex(
      (check, index) => check.guard === guard.name && check.name !== 'address' && index > first('json') === isLate,
    );
    if (place !== -1) return place;
  }
  switch (code) {
    case 'method-not-allowed':
      return first('method');
    case 'unknown-source':
      return first('source');
    case 'address-not-allowed':
      return first('address');
    case 'malformed-body':
      return first('json');
    case 'invalid-payload':
      return first('schema');
    case 'unsupported-encoding':
    case 'body-too-large':
    case 'body-incomplete':
    case 'body-already-parsed':
      return first(isBodyRead ? 'body' : 'size');
    default:
      if (refused?.payload !== undefined) return first('schema');
      return refused?.delivery === undefined ? first('method') : first('body') + 1;
  }
};

const listening = (incoming: IncomingDelivery, heard: () => void): IncomingDelivery => ({
  method: incoming.method,
  path: incoming.path,
  query: incoming.query,
  headers: incoming.headers,
  hasSocket: incoming.hasSocket,
  // why: an address that throws must do so within the pipeline.
  get socketAddress() {
    return incoming.socketAddress;
  },
  ...(incoming.trust !== undefined && { trust: incoming.trust }),
  readBody(limits) {
    heard();
    return incoming.readBody(limits);
  },
});

const nothing = (): void => undefined;

const silentReporter = (broken: (error: unknown) => void): PipelineOptions['report'] => ({
  received: nothing,
  rejected: nothing,
  answered: nothing,
  broken: (_delivery, error) => broken(error),
});
