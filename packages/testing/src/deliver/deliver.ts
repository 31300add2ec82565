import { checkDelivery } from './check-delivery.ts';
import { type Echo3dDeliveryOptions, echo3dDelivery } from './echo3d.ts';
import type { Echo3dType, GcoreType, IgniteType, ThreeqType, TpstreamsType } from './event-types.ts';
import { type GcoreDeliveryOptions, gcoreDelivery } from './gcore.ts';
import { type IgniteDeliveryOptions, igniteDelivery } from './ignite.ts';
import type { TestDelivery } from './test-delivery.ts';
import { type ThreeqDeliveryOptions, threeqDelivery } from './threeq.ts';
import { type TpstreamsDeliveryOptions, tpstreamsDelivery } from './tpstreams.ts';

/** Provider → its event types and the options of its deliveries. */
export interface Deliverable {
  readonly gcore: { readonly type: GcoreType; readonly options: GcoreDeliveryOptions };
  readonly ignite: { readonly type: IgniteType; readonly options: IgniteDeliveryOptions };
  readonly tpstreams: { readonly type: TpstreamsType; readonly options: TpstreamsDeliveryOptions };
  readonly echo3d: { readonly type: Echo3dType; readonly options: Echo3dDeliveryOptions };
  readonly threeq: { readonly type: ThreeqType; readonly options: ThreeqDeliveryOptions };
}

/** The five platforms, by the name of their factory. */
export type ProviderName = keyof Deliverable;

type Build<Name extends ProviderName> = (
  type: Deliverable[Name]['type'],
  options: Deliverable[Name]['options'],
) => TestDelivery;

const builders: { readonly [Name in ProviderName]: Build<Name> } = {
  gcore: gcoreDelivery,
  ignite: igniteDelivery,
  tpstreams: tpstreamsDelivery,
  echo3d: echo3dDelivery,
  threeq: threeqDelivery,
};

/**
 * Builds the request that a platform sends when something happens: its example payload, proven as the platform proves it. Nothing is
 * sent until `sendTo`.
 *
 * ```ts
 * const answer = await deliver('ignite', 'video.created').sendTo('http://127.0.0.1:3000/webhooks');
 * await deliver('ignite', 'video.created', { tamper: 'body' }).sendTo(url);   // 401 credential-invalid
 * ```
 *
 * Without options the proof is made with {@link testCredentials}.
 *
 * @throws {ConfigurationError} `event-unknown` for a type that the platform has not; `option-unknown`; `option-invalid`.
 * @throws {RangeError} for a `tamper` that says nothing of Gcore's addresses.
 */
export const deliver = <Name extends ProviderName>(
  provider: Name,
  type: Deliverable[Name]['type'],
  options: Deliverable[Name]['options'] = {},
): TestDelivery => {
  checkDelivery(provider, type, options);
  return builders[provider](type, options);
};
