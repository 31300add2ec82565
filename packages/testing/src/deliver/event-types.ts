import type { Provider, SourceEvent } from '@mediahooks/core';
import type { echo3d, gcore, ignite, threeq, tpstreams } from '@mediahooks/providers';

/** The types a provider's deliveries can mean. `unknown` is none: make one with the option `payload`. */
type TypeOf<P extends Provider> = Exclude<SourceEvent<string, P>['type'], 'unknown'>;

export type GcoreType = TypeOf<ReturnType<typeof gcore>>;
export type IgniteType = TypeOf<ReturnType<typeof ignite>>;
export type TpstreamsType = TypeOf<ReturnType<typeof tpstreams>>;
export type Echo3dType = TypeOf<ReturnType<typeof echo3d>>;
/** `file.new`, the one name that 3Q publishes, or any other. */
export type ThreeqType = TypeOf<ReturnType<typeof threeq>>;
