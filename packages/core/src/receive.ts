import { sha256 } from '#crypto';
import { senderAddress } from './address/sender-address.ts';
import type { TrustFunction } from './address/trust-proxy.ts';
import { parseJson } from './body/parse-json.ts';
import type { Clock } from './clock.ts';
import type { Delivery, IncomingDelivery } from './delivery.ts';
import type { Destination, PassOn } from './destination.ts';
import { BodyError } from './errors.ts';
import { hexFromBytes } from './hex.ts';
import type { Outcome } from './outcome.ts';
import type { EventDraft, SubjectChange } from './provider.ts';
import { quote, type Rejection, rejection } from './rejection.ts';
import type { Reporter } from './report.ts';
import type { Source } from './source.ts';

export interface PipelineOptions {
  readonly sources: ReadonlyMap<string, Source>;
  readonly trust: TrustFunction | undefined;
  readonly maxBodyBytes: number;
  readonly stallMs: number;
  readonly clock: Clock;
  readonly createId: () => string;
  readonly destination: Destination;
  readonly report: Reporter;
}

export type Receive = (incoming: IncomingDelivery, passOn?: PassOn) => Promise<Outcome>;

/**
 * The whole pipeline. The order is part of what is promised: method, source, address, size, body, credential, JSON, schema.
 * Nothing is parsed before it is authentic, and an address is refused before a byte of the body is read.
 */
export const createReceive = (pipeline: PipelineOptions): Receive => {
  const { clock, destination, report, sources } = pipeline;

  const receive: Receive = async (incoming, passOn) => {
    const id = pipeline.createId();
    const receivedAt = clock.now();
    const route = readRoute(incoming.path);
    const source = route === undefined ? undefined : sources.get(route.source);
    const sender = senderAddress(incoming, pipeline.trust ?? incoming.trust);
    const observed = { id, source: source?.name, address: sender.address, receivedAt: new Date(receivedAt) };
    const answer = (outcome: Outcome): Outcome => {
      report.answered(observed, outcome, clock.now() - receivedAt);
      return outcome;
    };
    /** What the destination says, and what it refuses, goes to the reporter too. */
    const settle = (outcome: Outcome): Outcome => {
      if (outcome.kind === 'rejected' || outcome.kind === 'quarantined')
        report.rejected(observed, outcome.rejection, source);
      return answer(outcome);
    };
    const refuse = (why: Rejection): Outcome => {
      return settle({ kind: 'rejected', deliveryId: id, source: source?.name, events: [], rejection: why });
    };
    report.received(observed);

    try {
      if (incoming.method !== 'POST')
        return refuse(rejection('method-not-allowed', `The method was ${quote(incoming.method)}.`));
      if (source === undefined || route === undefined || (route.token !== undefined && !source.takesPathToken)) {
        return refuse(unknownSource(incoming.path, source, sources));
      }

      const refusedAddress = checkAddress(source, sender);
      if (refusedAddress) return refuse(refusedAddress);

      const refusedSize = checkAnnounced(incoming, pipeline.maxBodyBytes);
      if (refusedSize) return refuse(refusedSize);

      const body = await readBody(incoming, pipeline);
      if (!(body instanceof Uint8Array)) return refuse(body);

      const delivery: Delivery = {
        id,
        source: source.name,
        headers: incoming.headers,
        query: new URLSearchParams(incoming.query),
        pathToken: route.token,
        address: sender.address,
        receivedAt,
        body,
      };

      const doubled = source.singleHeaders.find((header) => delivery.headers.all(header).length > 1);
      if (doubled !== undefined)
        return refuse(rejection('credential-invalid', `The header ${doubled} arrived more than once.`));
      const fingerprints: string[] = [];
      for (const guard of source.credentialGuards) {
        const checked = guard.check(delivery);
        const verdict = checked instanceof Promise ? await checked : checked;
        if (verdict.refused) return refuse(verdict.refused);
        if (verdict.fingerprint !== undefined) fingerprints.push(verdict.fingerprint);
      }

      const parsed = parseJson(body);
      const authentic = { source, delivery, incoming, observed };
      if (parsed.problem !== undefined) {
        return settle(await destination.takeInvalid(authentic, rejection('malformed-body', parsed.problem)));
      }
      for (const guard of source.payloadGuards) {
        const { refused } = guard.check(parsed.value, delivery);
        if (refused) return refuse(refused);
      }

      const reading = source.provider.read(parsed.value, delivery);
      const read = reading instanceof Promise ? await reading : reading;
      if (read.invalid !== undefined) {
        return settle(
          await destination.takeInvalid(authentic, rejection('invalid-payload', describeIssues(read.invalid))),
        );
      }

      const keys = await duplicateKeys(source, delivery, fingerprints, read.drafts);
      return settle(await destination.take({ ...authentic, drafts: read.drafts, keys }, passOn));
    } catch (error) {
      // why: a guard, a provider or an adapter broke its contract. Fail closed, and never leave a request without an answer.
      report.broken(observed, error, source);
      return refuse(rejection('internal-error', 'The receiver itself failed; the log has the error.'));
    }
  };

  return receive;
};

/** `/ignite` or `/echo3d/<token>`, percent-encoded. `undefined` for anything else. */
const readRoute = (path: string): { source: string; token: string | undefined } | undefined => {
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

const unknownSource = (path: string, source: Source | undefined, sources: ReadonlyMap<string, Source>): Rejection =>
  rejection(
    'unknown-source',
    source === undefined
      ? `The path ${quote(path)} names no source. Sources are: ${[...sources.keys()].join(', ')}.`
      : `Source "${source.name}" takes nothing behind its name in the path.`,
  );

const checkAddress = (source: Source, sender: ReturnType<typeof senderAddress>): Rejection | undefined => {
  for (const guard of source.addressGuards) {
    if (sender.address === undefined) {
      return rejection('address-not-allowed', `The sender's address cannot be known. ${sender.unknown}`);
    }
    const { refused } = guard.check(sender.address);
    if (refused) return refused;
  }
  return undefined;
};

/** What can be refused by the headers alone. */
const checkAnnounced = (incoming: IncomingDelivery, maxBodyBytes: number): Rejection | undefined => {
  const encoding = incoming.headers.get('content-encoding')?.trim().toLowerCase();
  if (encoding !== undefined && encoding !== '' && encoding !== 'identity') {
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

const readBody = async (incoming: IncomingDelivery, pipeline: PipelineOptions): Promise<Rejection | Uint8Array> => {
  const { clock, maxBodyBytes, stallMs } = pipeline;
  try {
    const body = await incoming.readBody({ maxBytes: maxBodyBytes, stallMs, clock });
    if (body.length <= maxBodyBytes) return body;
    return rejection(
      'body-too-large',
      `The body has ${body.length} bytes, the limit is ${maxBodyBytes} (option maxBodyBytes).`,
    );
  } catch (error) {
    if (error instanceof BodyError) return rejection(error.code, error.message);
    throw error;
  }
};

const describeIssues = (issues: readonly string[]): string => {
  const shown = issues.slice(0, 5).join('; ');
  return issues.length > 5 ? `${shown}; and ${issues.length - 5} more.` : `${shown}.`;
};

/**
 * What a delivery is recognised by when it comes again. The platform's delivery id counts only together with what the signed body is
 * about: it is not signed itself, and a captured delivery sent under another's id must not make that other one a duplicate.
 */
const duplicateKeys = async (
  source: Source,
  delivery: Delivery,
  fingerprints: readonly string[],
  drafts: readonly (EventDraft | SubjectChange)[],
): Promise<string[]> => {
  if (source.dedupeWindowMs === undefined) return [];
  const keys = fingerprints.map((fingerprint) => `${source.name} signed ${fingerprint}`);
  const id = source.provider.deliveryId(delivery);
  if (id !== undefined) {
    const about = drafts.map((draft) => ('version' in draft ? [draft.subject, draft.version] : [draft.subject]));
    keys.push(`${source.name} id ${JSON.stringify([id, about])}`);
  }
  if (keys.length === 0) keys.push(`${source.name} body ${hexFromBytes(await sha256(delivery.body))}`);
  return keys;
};
