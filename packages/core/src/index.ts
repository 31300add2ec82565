export { type Address, parseAddress } from './address/address.ts';
export type { TrustFunction, TrustProxy } from './address/trust-proxy.ts';
export { type ByteCollector, createByteCollector } from './body/byte-collector.ts';
export { type StallWatch, watchStall } from './body/watch-stall.ts';
export { checkReceiver } from './check-receiver.ts';
export { type Clock, systemClock } from './clock.ts';
export { createWebhooks, type EventOf, type Receiver, type Webhooks, type WebhooksOptions } from './create-webhooks.ts';
export type { HmacAlgorithm, MaybePromise } from './crypto/types.ts';
export type { BodyLimits, Delivery, IncomingDelivery } from './delivery.ts';
export type { PassOn, VerifiedDelivery } from './destination.ts';
export type { Allowance } from './diagnosis/allowance.ts';
export { rejectionCauses } from './diagnosis/causes.ts';
export type { Clues, OtherSecrets } from './diagnosis/clues.ts';
export type { ExplainedCheck, ExplainedEvent, ExplainOptions, Explanation } from './diagnosis/explain.ts';
export type { Finding } from './diagnosis/finding.ts';
export type { RejectionCause } from './diagnosis/is-cause.ts';
export { didYouMean } from './diagnosis/nearly.ts';
export type { SecretProbe, SignatureClaim } from './diagnosis/secret-probe.ts';
export {
  BodyError,
  type BodyErrorCode,
  type ConfigurationCode,
  ConfigurationError,
  HandlerTimeoutError,
  InboxUnavailableError,
  LeaseLostError,
  NonRetryableError,
  UnreadableDeliveryError,
  UnreadableEventError,
  WebhookError,
} from './errors.ts';
export type { AnyEvent, EventDelivery, EventFor, HandlerName, SourceEvent, Sources, WebhookEvent } from './event.ts';
export {
  createFetchHandler,
  type FetchContext,
  type FetchHandler,
  type FetchHandlerOptions,
  incomingFromRequest,
  requireTrustProxy,
} from './fetch-handler.ts';
export type {
  AddressGuard,
  CredentialGuard,
  CredentialPlaces,
  Guard,
  PayloadGuard,
  TimestampPlace,
  Verdict,
} from './guards/guard.ts';
export { type HeaderTokenOptions, headerToken } from './guards/header-token.ts';
export { type HmacOptions, hmac } from './guards/hmac.ts';
export { type IpAllowlistOptions, ipAllowlist } from './guards/ip-allowlist.ts';
export { type JwtOptions, jwt } from './guards/jwt.ts';
export { type PayloadTokenOptions, payloadToken } from './guards/payload-token.ts';
export type { SignatureFields } from './guards/signature-header.ts';
export { type UrlTokenOptions, urlToken } from './guards/url-token.ts';
export type { Handler, HandlerContext } from './handlers.ts';
export { isHeaderName } from './header-name.ts';
export { type DeliveryHeaders, headersFromEntries, headersFromRaw } from './headers.ts';
export type {
  Acceptance,
  AcceptResult,
  ActivityCount,
  ActivityQuery,
  Attempt,
  DeliveryOutcome,
  EventPage,
  EventStatus,
  HandlerLatency,
  Inbox,
  InboxDelivery,
  InboxEvent,
  InboxFilter,
  InboxPage,
  InboxReader,
  InboxStats,
  InboxWorker,
  JobResult,
  KeptOutcome,
  PageRequest,
  Plan,
  PlannedEvent,
  PruneOptions,
  RefusedCount,
  StoredDelivery,
  SubjectRecord,
} from './inbox/inbox.ts';
export type { KeepRefusalsOptions } from './inbox/keep-refusals.ts';
export type { ReplayResult } from './inbox/replay.ts';
export type { RetryOptions } from './inbox/retry.ts';
export type { DrainOptions, DrainResult } from './inbox/watch-worker.ts';
export type { Inspect, InspectedDelivery, InspectedEvent, InspectOptions } from './inspect/inspect.ts';
export type { Logger } from './logger.ts';
export { checkMount, mountedPath } from './mounted-path.ts';
export type { ObservedDelivery, Observer } from './observe.ts';
export { checkOptions, positiveInteger } from './options.ts';
export {
  type AcceptedOutcome,
  type Outcome,
  type OutcomeKind,
  type OutcomeResponse,
  outcomeResponse,
  type RefusedOutcome,
} from './outcome.ts';
export {
  defineProvider,
  type EventDraft,
  type EventTypes,
  type Provider,
  type ProviderDefinition,
  type SourceOptions,
  type SubjectChange,
  sourceOptionNames,
  type TypedDraft,
} from './provider.ts';
export { redacted, redactPayload } from './redact.ts';
export type { Register, RegisteredDelivery } from './register.ts';
export {
  asciiJson,
  quote,
  type Rejection,
  type RejectionCode,
  readRejection,
  rejection,
  rejectionBecause,
  rejectionTable,
} from './rejection.ts';
export { readSecrets, type Secret, type SecretOrigin } from './secret.ts';
