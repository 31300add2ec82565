import { parseJson } from '../body/parse-json.ts';
import { UnreadableDeliveryError } from '../errors.ts';
import type {
  Attempt,
  EventPage,
  Inbox,
  InboxDelivery,
  InboxEvent,
  PageRequest,
  StoredDelivery,
} from '../inbox/inbox.ts';
import { loadIfWhole } from '../inbox/load-if-whole.ts';
import { redacted } from '../redact.ts';
import type { Source } from '../source.ts';
import { curlText } from './curl.ts';
import { type Redaction, redactionOf } from './redaction.ts';

export interface InspectOptions {
  /** Payloads and body as they came. Credentials in headers and URL stay hidden. Who allows this writes down who asked. */
  readonly reveal?: boolean;
  /** Where {@link InspectedDelivery.curl} sends to: the receiver's mount. Default `http://localhost:3000/webhooks`. */
  readonly receiver?: string;
}

/** An event as it may be shown, with what became of each attempt. */
export interface InspectedEvent extends InboxEvent {
  readonly history: readonly Attempt[];
}

/** A kept delivery as it may be shown. Where something stands for a secret, it is `[redacted]`. */
export interface InspectedDelivery extends Omit<InboxDelivery, 'events'> {
  /** Whether the source is still configured. Where not, everything that could be a credential is hidden. */
  readonly isConfigured: boolean;
  /** What follows the receiver's mount: the source, and a token's place. */
  readonly path: string;
  /** Without `?`. */
  readonly query: string;
  /** In order, names in lower case. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** `unreadable` where it was damaged, or its headers: then nothing of the request is shown, and {@link unreadable} says why. */
  readonly bodyPart: 'cut' | 'unread' | 'unreadable' | 'whole';
  /** Of what is kept of it. */
  readonly bodyBytes: number;
  /** Redacted fields and secrets masked, every other byte as it came. `undefined` where nothing of it may be shown unless revealed. */
  readonly body: Uint8Array | undefined;
  /** The body as JSON; `undefined` where it is none. */
  readonly payload: unknown;
  readonly events: readonly InspectedEvent[];
  /** Whether payloads and body are unredacted. */
  readonly isRevealed: boolean;
  /** The request as a `curl` command for a POSIX shell, without its credentials. */
  readonly curl: string;
}

export interface Inspect {
  /** `undefined` where no such delivery is kept. */
  inspect(deliveryId: string, options?: InspectOptions): Promise<InspectedDelivery | undefined>;
  /** The history of a subject (its source in front), payloads redacted. */
  inspectEvents(subject: string, page: PageRequest, options?: Pick<InspectOptions, 'reveal'>): Promise<EventPage>;
}

/** Shows what is kept, without what must not be seen. The one place where content of an inbox is made fit to be shown. */
export const createInspect = (inbox: Inbox, sources: ReadonlyMap<string, Source>): Inspect => ({
  async inspect(deliveryId, { receiver = 'http://localhost:3000/webhooks', reveal = false } = {}) {
    const [loaded, kept] = [await loadIfWhole(inbox, deliveryId), await inbox.get(deliveryId)];
    if (loaded === undefined || kept === undefined) return undefined;
    const damage = loaded instanceof UnreadableDeliveryError ? loaded.message : undefined;
    const stored = loaded instanceof UnreadableDeliveryError ? withoutContent(kept) : loaded;
    const redaction = redactionOf(stored, sources.get(stored.source), sources);
    const events: InspectedEvent[] = [];
    for (const event of kept.events) {
      const history = (await inbox.attempts(event.id)).map((attempt) => ({
        ...attempt,
        error: attempt.error && redaction.scrub(attempt.error),
      }));
      // why its own: what its delivery would hide in it cannot be told any more.
      const own = damage === undefined ? redaction : redactionOf(bare(event), sources.get(event.source), sources);
      events.push({ ...shownEvent(event, own, reveal), history });
    }
    const parsed = parseJson(stored.body);
    const payload = parsed.problem === undefined ? parsed.value : undefined;
    const body = reveal ? stored.body : shownBody(redaction);
    const { headers, path, query } = redaction;
    const url = `${receiver.replace(/\/+$/, '')}${path}${query === '' ? '' : `?${query}`}`;
    return {
      ...kept,
      rejection: kept.rejection && { ...kept.rejection, hint: redaction.scrub(kept.rejection.hint) },
      isConfigured: sources.has(stored.source),
      headers,
      path,
      query,
      bodyPart: damage === undefined ? (stored.bodyPart ?? 'whole') : 'unreadable',
      bodyBytes: stored.body.length,
      body,
      payload: reveal ? payload : redaction.value(payload),
      events,
      isRevealed: reveal,
      ...(damage !== undefined && { unreadable: kept.unreadable ?? damage }),
      curl: curlText({
        url,
        headers: headers.filter(([, value]) => value !== redacted),
        body: body ?? new Uint8Array(),
      }),
    };
  },
  async inspectEvents(subject, page, { reveal = false } = {}) {
    const { cursor, events } = await inbox.events({ subject }, page);
    return {
      cursor,
      events: events.map((event) =>
        shownEvent(event, redactionOf(bare(event), sources.get(event.source), sources), reveal),
      ),
    };
  },
});

const shownBody = ({ body }: Redaction): Uint8Array | undefined =>
  body === undefined ? undefined : new TextEncoder().encode(body);

const shownEvent = (event: InboxEvent, { scrub, value }: Redaction, reveal: boolean): InboxEvent => ({
  ...event,
  type: scrub(event.type),
  name: scrub(event.name),
  subject: event.subject && scrub(event.subject),
  version: typeof event.version === 'string' ? scrub(event.version) : event.version,
  ...(!reveal && { payload: value(event.payload), previous: value(event.previous) }),
});

const withoutContent = ({
  address,
  id,
  receivedAt,
  source,
}: Pick<InboxDelivery, 'address' | 'id' | 'receivedAt' | 'source'>): StoredDelivery => ({
  id,
  source,
  receivedAt,
  address,
  pathToken: undefined,
  query: '',
  headers: [],
  body: new Uint8Array(),
});

/** Of an event alone: what its own payload hides is looked for in it too. */
const bare = ({ deliveryId, payload, previous, source }: InboxEvent): StoredDelivery => ({
  ...withoutContent({ id: deliveryId, source, receivedAt: 0, address: undefined }),
  body: new TextEncoder().encode(JSON.stringify([payload, previous])),
});
