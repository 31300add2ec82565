import type { Deliverable, ProviderName } from './deliver/deliver.ts';
import type { JsonValue } from './json.ts';
import { echo3dExamples } from './payloads/echo3d.ts';
import { gcoreExamples } from './payloads/gcore.ts';
import { igniteExamples } from './payloads/ignite.ts';
import { threeqExamples } from './payloads/threeq.ts';
import { tpstreamsExamples } from './payloads/tpstreams.ts';

/** A body as a platform's page shows it. */
export interface ExamplePayloadOf<Name extends ProviderName> {
  readonly provider: Name;
  /** What the page calls it. Unique within the provider. */
  readonly name: string;
  /** The event that it means, where the provider's examples are delivered in the order of the list. */
  readonly type: Deliverable[Name]['type'];
  readonly body: JsonValue;
}

export type ExamplePayload = { [Name in ProviderName]: ExamplePayloadOf<Name> }[ProviderName];

/** In an order that a stream really goes through, because its bodies mean what they change. */
const gcoreTypes = {
  'live stream has started': 'stream.started',
  'recording has started': 'recording.started',
  'recording has finished': 'recording.finished',
  'live stream is paused': 'stream.paused',
  'recording has started processing': 'video.pending',
  'recording is partially processed': 'video.viewable',
  'recording is completely processed': 'video.ready',
  'broadcast status is updated to waiting to start': 'broadcast.pending',
  'broadcast status is updated to live': 'broadcast.live',
  'broadcast status is updated to paused': 'broadcast.paused',
  'broadcast status is updated to finished': 'broadcast.finished',
  'video is uploaded to the platform': 'video.empty',
  'video has started processing': 'video.pending',
  'video is partially processed': 'video.viewable',
  'video is completely processed': 'video.ready',
} as const satisfies Record<keyof typeof gcoreExamples, Deliverable['gcore']['type']>;

const echo3dTypes = {
  Upload: 'Upload',
  Processed: 'Processed',
  Edit: 'Edit',
  Delete: 'Delete',
  CollectionMetadataAdd: 'CollectionMetadataAdd',
  CollectionMetadataRemove: 'CollectionMetadataRemove',
  AssetMetadataAdd: 'AssetMetadataAdd',
  AssetMetadataRemove: 'AssetMetadataRemove',
  AssetStatusUpdate: 'AssetStatusUpdate',
} as const satisfies Record<keyof typeof echo3dExamples, Deliverable['echo3d']['type']>;

const listed = <Name extends ProviderName, Key extends string>(
  provider: Name,
  bodies: Readonly<Record<Key, JsonValue>>,
  types: Readonly<Record<Key, Deliverable[Name]['type']>>,
): readonly ExamplePayloadOf<Name>[] =>
  namesOf(types).map((name) => ({ provider, name, type: types[name], body: bodies[name] }));

const namesOf = <Key extends string>(record: Readonly<Record<Key, unknown>>): Key[] => {
  const names: Key[] = [];
  for (const name in record) names.push(name);
  return names;
};

const examples: { readonly [Name in ProviderName]: readonly ExamplePayloadOf<Name>[] } = {
  gcore: listed('gcore', gcoreExamples, gcoreTypes),
  ignite: listed('ignite', igniteExamples, { video: 'video.updated' }),
  tpstreams: listed('tpstreams', tpstreamsExamples, { 'video completed': 'video.completed' }),
  echo3d: listed('echo3d', echo3dExamples, echo3dTypes),
  threeq: listed('threeq', threeqExamples, { 'file.new': 'file.new' }),
};

/** The example bodies of one platform's page. */
export const examplesOf = <Name extends ProviderName>(provider: Name): readonly ExamplePayloadOf<Name>[] =>
  examples[provider];

/**
 * All 27 example bodies of the platforms' own pages. Every one of them can be sent:
 *
 * ```ts
 * for (const { provider, type, body } of examplePayloads) await deliver(provider, type, { payload: body }).sendTo(url);
 * ```
 */
export const examplePayloads: readonly ExamplePayload[] = Object.values(examples).flat();
