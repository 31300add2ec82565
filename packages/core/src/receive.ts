import { type SenderAddress, senderAddress } from './address/sender-address.ts';
import type { TrustFunction } from './address/trust-proxy.ts';
import { parseJson } from './body/parse-json.ts';
import type { Clock } from './clock.ts';
import { isThenable, type MaybePromise, whenReady } from './crypto/types.ts';
import type { BodyLimits, Delivery, IncomingDelivery } from './delivery.ts';
import type { Destination, PassOn } from './destination.ts';
import type { RefusedDelivery } from './diagnosis/finding.ts';
import { duplicateKeys } from './duplicate-keys.ts';
import { BodyError } from './errors.ts';
import type { Guard, Verdict } from './guards/guard.ts';
import { soundVerdict } from './guards/sound-verdict.ts';
import type { RefusalToKeep } from './inbox/keep-refusals.ts';
import type { ObservedDelivery } from './observe.ts';
import type { Outcome } from './outcome.ts';
import type { EventDraft, SubjectChange } from './provider.ts';
import { payloadScrubber } from './redact.ts';
import { asciiText, quote, type Rejection, rejection, rejectionBecause } from './rejection.ts';
import type { Reporter } from './report.ts';
import type { Source } from './source.ts';

export interface PipelineOptions {
  readonly sources: ReadonlyMap<string, Source>;
  readonly trust: TrustFunction | undefined;
  readonly maxBodyBytes: number;
  readonly stallMs: number;
  readonly deadlineMs: number;
  readonly clock: Clock;
  readonly createId: () => string;
  readonly destination: Destination;
  readonly report: Pick<Reporter, 'answered' | 'broken' | 'received' | 'rejected'>;
  /** Finds out more about a refusal that is decided, for the operator. Never throws. */
  readonly diagnose: (refused: RefusedDelivery) => MaybePromise<Rejection>;
  /** Told of each delivery that is refused, before the answer. */
  readonly refused?: (refused: RefusalToKeep) => void;
}

/** Waits for a guard or a schema, where there is something to wait for; rejects when the deadline has passed. */
export type InTime = <Answer>(work: MaybePromise<Answer>, what: () => string) => MaybePromise<Answer>;

/** A guard or a schema that never answers must not keep the sender waiting for ever. */
export const createInTime =
  (clock: Clock, deadlineMs: number): InTime =>
  (work, what) => {
    if (!isThenable(work)) return work;
    return new Promise((resolve, reject) => {
      const late = (): void => reject(new Error(`${what()} gave no answer within ${deadlineMs} ms.`));
      const cancel = clock.after(deadlineMs, late);
      Promise.resolve(work).then(
        (answer) => {
          cancel();
          resolve(answer);
        },
        (error) => {
          cancel();
          reject(error);
        },
      );
    });
  };

export type Receive = (incoming: IncomingDelivery, passOn?: PassOn) => Promise<Outcome>;

/**
 * The whole pipeline. The order is part of what is promised: method, source, address, size, body, credential, JSON, schema.
 * Nothing is parsed before it is authentic, and an address is refused before a byte of the body is read.
 */
export const createReceive = (pipeline: PipelineOptions): Receive => {
  const { clock, destination, diagnose, report, sources } = pipeline;

  const inTime = createInTime(clock, pipeline.deadlineMs);
  const bodyLimits: BodyLimits = { maxBytes: pipeline.maxBodyBytes, stallMs: pipeline.stallMs, clock };
  // why: what nearly every path is. The name of a source needs no decoding.
  const plainRoutes = new Map<string, Route>([...sources.keys()].map((name) => [`/${name}`, { source: name }]));

  /** What the destination says, and what it refuses, goes to the reporter too. */
  const settle = (observed: ObservedDelivery, receivedAt: number, outcome: Outcome): Outcome => {
    if (outcome.kind === 'rejected' || outcome.kind === 'quarantined') report.rejected(observed, outcome.rejection);
    report.answered(observed, outcome, clock.now() - receivedAt);
    return outcome;
  };

  const receive: Receive = async (incoming, passOn) => {
    const { id, idError } = makeId(pipeline.createId);
    const receivedAt = clock.now();
    const route = plainRoutes.get(incoming.path) ?? readRoute(incoming.path);
    const source = route === undefined ? undefined : sources.get(route.source);
    const trust = pipeline.trust ?? incoming.trust;
    const { sender, trustError } = findSender(incoming, trust);
    const observed = { id, source: source?.name, address: sender.address, receivedAt: new Date(receivedAt) };
    /** More about why; what the delivery becomes is decided by then. */
    const diagnosed = (why: Rejection, guard?: Guard): MaybePromise<Rejection> =>
      diagnose({ rejection: why, incoming, receivedAt, sender, trust, source, guard, delivery, payload });
    const refuse = (why: Rejection, guard?: Guard): MaybePromise<Outcome> =>
      whenReady(diagnosed(why, guard), (known) => {
        const { address } = sender;
        pipeline.refused?.({
          id,
          source,
          pathToken: route?.token,
          address,
          receivedAt,
          incoming,
          body: delivery?.body,
          why: known,
        });
        const outcome: Outcome = {
          kind: 'rejected',
          deliveryId: id,
          source: source?.name,
          events: [],
          rejection: known,
        };
        return settle(observed, receivedAt, outcome);
      });
    report.received(observed);

    let delivery: Delivery | undefined;
    let payload: unknown;
    try {
      if (idError !== undefined) throw idError;
      if (trustError !== undefined) throw trustError;
      if (incoming.method !== 'POST')
        return refuse(rejection('method-not-allowed', `The method was ${quote(incoming.method)}.`));
      if (source === undefined || route === undefined || (route.token !== undefined && !source.takesPathToken)) {
        return refuse(unknownSource(route?.source, source, sources));
      }

      const refusedAddress = source.addressGuards.length > 0 && (await checkAddress(source, sender, inTime));
      if (refusedAddress) return refuse(refusedAddress);

      const refusedSize = checkAnnounced(incoming, pipeline.maxBodyBytes);
      if (refusedSize) return refuse(refusedSize);

      let body: Uint8Array;
      try {
        const bytes = incoming.readBody(bodyLimits);
        body = checkBody(isThenable(bytes) ? await bytes : bytes, pipeline.maxBodyBytes);
      } catch (error) {
        if (error instanceof BodyError) return refuse(refusedBy(error));
        throw error;
      }

      delivery = {
        id,
        source: source.name,
        headers: incoming.headers,
        query: new URLSearchParams(incoming.query),
        pathToken: route.token,
        address: sender.address,
        receivedAt,
        body,
      };

      const reading = readDelivery(source, delivery, inTime, (parsed) => {
        payload = parsed;
      });
      const read = isThenable(reading) ? await reading : reading;
      if (read.kind === 'refused') return refuse(read.why, read.guard);
      if (read.kind === 'invalid') {
        const authentic = { source, delivery, incoming, observed };
        return settle(observed, receivedAt, await destination.takeInvalid(authentic, await diagnosed(read.why)));
      }
      const { drafts, keys } = read;
      const outcome = destination.take({ source, delivery, incoming, observed, drafts, keys }, passOn);
      return settle(observed, receivedAt, isThenable(outcome) ? await outcome : outcome);
    } catch (error) {
      // why: a guard, a provider or an adapter broke its contract. Fail closed, and never leave a request without an answer.
      report.broken(observed, error, payload);
      return refuse(rejection('internal-error', 'The receiver itself failed; the log has the error.'));
    }
  };

  return receive;
};

/** What a delivery turned out to be: not proven, proven but not readable, or proven and valid. */
export type Reading =
  | { readonly kind: 'refused'; readonly why: Rejection; readonly guard?: Guard }
  | { readonly kind: 'invalid'; readonly why: Rejection }
  | {
      readonly kind: 'valid';
      readonly drafts: readonly (EventDraft | SubjectChange)[];
      readonly keys: readonly string[];
    };

/**
 * The second half of the pipeline, which a replay runs again: credential, JSON, schema. `seen` gets the payload as soon as there is
 * one, so that an error after that can be scrubbed of it.
 */
export const readDelivery = (
  source: Source,
  delivery: Delivery,
  inTime: InTime,
  seen?: (payload: unknown) => void,
): MaybePromise<Reading> => {
  const doubled = source.doubledHeader(delivery.headers);
  if (doubled !== undefined) {
    return { kind: 'refused', why: rejection('credential-invalid', `The header ${doubled} arrived more than once.`) };
  }
  const fingerprints: string[] = [];
  const checked = checkAll(source.credentialGuards, inTime, (guard) => guard.check(delivery), fingerprints);
  return whenReady(checked, (refused) => refused ?? readProven(source, delivery, fingerprints, inTime, seen));
};

const readProven = (
  source: Source,
  delivery: Delivery,
  fingerprints: readonly string[],
  inTime: InTime,
  seen?: (payload: unknown) => void,
): MaybePromise<Reading> => {
  const parsed = parseJson(delivery.body);
  if (parsed.problem !== undefined) {
    // why: where the proof is in the payload alone, what cannot be parsed is not authentic either, and is not kept.
    return {
      kind: source.provenByPayloadAlone ? 'refused' : 'invalid',
      why: rejection('malformed-body', parsed.problem),
    };
  }
  const { value } = parsed;
  seen?.(value);
  const checked = checkAll(source.payloadGuards, inTime, (guard) => guard.check(value, delivery));
  return whenReady(checked, (refused) => refused ?? readValid(source, delivery, fingerprints, value, inTime));
};

const readValid = (
  source: Source,
  delivery: Delivery,
  fingerprints: readonly string[],
  payload: unknown,
  inTime: InTime,
): MaybePromise<Reading> => {
  const reading = inTime(source.provider.read(payload, delivery), () => 'The schema');
  return whenReady(reading, (read) => {
    if (read.invalid !== undefined) {
      const issues = describeIssues(read.invalid, payloadScrubber(payload, source.provider.redact));
      return { kind: 'invalid', why: rejection('invalid-payload', issues) };
    }
    const { drafts } = read;
    const keys = duplicateKeys(source, delivery, fingerprints, drafts);
    return whenReady(keys, (known) => ({ kind: 'valid', drafts, keys: known }));
  });
};

/** Asks guards in order, until one refuses. What they recognise the signed content by goes into `fingerprints`. */
const checkAll = <AnyGuard extends Guard>(
  guards: readonly AnyGuard[],
  inTime: InTime,
  check: (guard: AnyGuard) => MaybePromise<Verdict>,
  fingerprints?: string[],
  first = 0,
): MaybePromise<(Reading & { readonly kind: 'refused' }) | undefined> => {
  for (let index = first; index < guards.length; index += 1) {
    const guard = guards[index];
    if (guard === undefined) break;
    const judge = (said: Verdict): (Reading & { readonly kind: 'refused' }) | undefined => {
      const verdict = soundVerdict(said, guard.name);
      if (verdict.refused) return { kind: 'refused', why: verdict.refused, guard };
      const { fingerprint } = verdict;
      if (typeof fingerprint === 'string') fingerprints?.push(fingerprint);
      else if (fingerprint !== undefined) fingerprints?.push(...fingerprint);
      return undefined;
    };
    const said = inTime(check(guard), () => `The guard ${guard.name}`);
    if (isThenable(said)) {
      return said.then((verdict) => judge(verdict) ?? checkAll(guards, inTime, check, fingerprints, index + 1));
    }
    const refused = judge(said);
    if (refused) return refused;
  }
  return undefined;
};

interface Route {
  readonly source: string;
  readonly token?: string | undefined;
}

/** `/ignite` or `/echo3d/<token>`, percent-encoded. `undefined` for anything else. */
const readRoute = (path: string): Route | undefined => {
  try {
    const [source, token, ...rest] = path
      .split('/')
      .filter((part) => part !== '')
      .map(decodeURIComponent);
    return source === undefined || rest.length > 0 ? undefined : { source, token };
  } catch {
    return undefined;
  }
};

const unknownSource = (
  name: string | undefined,
  source: Source | undefined,
  sources: ReadonlyMap<string, Source>,
): Rejection => {
  if (source !== undefined) {
    return rejection('unknown-source', `Source "${source.name}" takes nothing behind its name in the path.`);
  }
  // why: of the path no more than could be a name. The rest may be a token, in a URL that was mistyped elsewhere.
  const shown = name !== undefined && /^[A-Za-z0-9_-]{1,40}$/.test(name) ? `${quote(name)} in the path` : 'The path';
  return rejection('unknown-source', `${shown} names no source. Sources are: ${[...sources.keys()].join(', ')}.`);
};

/** The delivery's id, whatever the user's own function does: one that is refused over it has an id too. */
const makeId = (createId: () => unknown): { readonly id: string; readonly idError?: unknown } => {
  const what = 'The option createId gave no text.';
  try {
    const id = createId();
    if (typeof id === 'string' && id !== '') return { id };
    return { id: crypto.randomUUID(), idError: new TypeError(what) };
  } catch (error) {
    return { id: crypto.randomUUID(), idError: error ?? new TypeError(what) };
  }
};

/** The sender's address, whatever the user's own trust function does. */
const findSender = (
  incoming: IncomingDelivery,
  trust: TrustFunction | undefined,
): { readonly sender: SenderAddress; readonly trustError?: unknown } => {
  try {
    return { sender: senderAddress(incoming, trust) };
  } catch (error) {
    const unknown = 'Finding it out failed; the log has the error.';
    return { sender: { unknown }, trustError: error ?? new Error(unknown) };
  }
};

/** Also what a replay begins with, from the address that was kept. */
export const checkAddress = async (
  source: Source,
  sender: SenderAddress,
  inTime: InTime,
): Promise<Rejection | undefined> => {
  for (const guard of source.addressGuards) {
    if (sender.address === undefined) {
      return rejection('address-not-allowed', `The sender's address cannot be known. ${sender.unknown}`);
    }
    const said = await inTime(guard.check(sender.address), () => `The guard ${guard.name}`);
    const { refused } = soundVerdict(said, guard.name);
    if (refused) return refused;
  }
  return undefined;
};

/** What can be refused by the headers alone. */
const checkAnnounced = (incoming: IncomingDelivery, maxBodyBytes: number): Rejection | undefined => {
  const encoding =
    incoming.headers.get('content-encoding') === undefined
      ? ''
      : incoming.headers.all('content-encoding').join(',').trim().toLowerCase();
  if (encoding !== '' && encoding !== 'identity') {
    return rejection(
      'unsupported-encoding',
      `The body is compressed (${quote(encoding)}). Signatures are over the bytes as sent; none of the platforms compresses. ` +
        'Check that no proxy does.',
    );
  }
  const length = incoming.headers.get('content-length');
  if (length !== undefined && Number(length) > maxBodyBytes) {
    return rejection(
      'body-too-large',
      `The body has ${quote(length)} bytes, the limit is ${maxBodyBytes} (option maxBodyBytes).`,
    );
  }
  return undefined;
};

/** What an adapter gave, if it is what was asked for. */
const checkBody = (body: Uint8Array, maxBodyBytes: number): Uint8Array => {
  if (!ArrayBuffer.isView(body)) throw new TypeError('The adapter gave no bytes.');
  if (body.length <= maxBodyBytes) return body;
  throw new BodyError(
    'body-too-large',
    `The body has ${body.length} bytes, the limit is ${maxBodyBytes} (option maxBodyBytes).`,
  );
};

const refusedBy = ({ code, found, message }: BodyError): Rejection =>
  found === undefined ? rejection(code, message) : rejectionBecause(code, found, message);

const describeIssues = (issues: readonly string[], scrub: (text: string) => string): string => {
  // why: a schema's message may quote what it was given, and a path the names of a record's fields, both of any length.
  const shown = issues
    .slice(0, 5)
    .map((issue) => asciiText(scrub(issue), 200))
    .join('; ');
  return issues.length > 5 ? `${shown}; and ${issues.length - 5} more.` : `${shown}.`;
};
