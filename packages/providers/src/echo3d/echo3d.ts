import {
  ConfigurationError,
  checkOptions,
  defineProvider,
  type Guard,
  type Provider,
  payloadToken,
  type Secret,
  type SourceOptions,
  sourceOptionNames,
  type TypedDraft,
  urlToken,
} from '@mediahooks/core';
import { schemaLater } from '../schema-later.ts';
import { sourceOptions } from '../source-options.ts';
import { type Echo3dTypes, echo3dTriggers } from './triggers.ts';

interface Echo3dBaseOptions extends SourceOptions {
  /** The collection's API key, which is in every payload. Several for several collections, or while it is changed. */
  readonly apiKey: Secret;
}

/** Proven by a token of yours in the URL; the API key must be right as well. */
export interface Echo3dTokenOptions extends Echo3dBaseOptions {
  /**
   * An unguessable token that is part of the URL given to echo3D: `…/echo3d?token=<token>` or `…/echo3d/<token>`. For instance 32
   * random bytes in hex. Several while it is changed.
   */
  readonly urlToken: Secret;
  readonly unsafeApiKeyOnly?: false;
}

/** Proven by nothing but the API key, which is an identifier that clients of a collection know, not a secret. */
export interface Echo3dApiKeyOnlyOptions extends Echo3dBaseOptions {
  readonly urlToken?: never;
  /** Accepts any delivery with the right API key, from whoever knows it. */
  readonly unsafeApiKeyOnly: true;
}

export type Echo3dOptions = Echo3dTokenOptions | Echo3dApiKeyOnlyOptions;

export type Echo3dEventType = keyof Echo3dTypes;

/**
 * echo3D. Nothing is signed and there is no secret: a delivery is proven by a token of yours in the URL that echo3D was given, and its
 * payload must hold the collection's API key.
 *
 * @throws {ConfigurationError} `secret-missing`, `secret-empty`, `option-unknown`, `option-invalid`.
 */
export const echo3d = (options: Echo3dOptions): Provider<Echo3dTypes, never, never> => {
  checkOptions('echo3d', options, ['urlToken', 'apiKey', 'unsafeApiKeyOnly', ...sourceOptionNames]);
  return defineProvider<Echo3dTypes, TypedDraft<Echo3dTypes>, never>({
    name: 'echo3d',
    guards: [
      ...urlGuards(options),
      payloadToken({
        field: 'apiKey',
        token: options.apiKey,
        origin: { owner: 'echo3d', option: 'apiKey', variable: 'MEDIAHOOKS_ECHO3D_API_KEY' },
      }),
    ],
    schema: schemaLater(async () => (await import('./body.ts')).echo3dDraft),
    types: echo3dTriggers,
    events: (draft) => [draft],
    redact: ['apiKey'],
    options: sourceOptions(options),
  });
};

const urlGuards = ({ unsafeApiKeyOnly, urlToken: token }: Echo3dOptions): readonly Guard[] => {
  if (unsafeApiKeyOnly !== undefined && typeof unsafeApiKeyOnly !== 'boolean') {
    throw new ConfigurationError('option-invalid', 'echo3d: option "unsafeApiKeyOnly" must be true or false.');
  }
  const origin = { owner: 'echo3d', option: 'urlToken', variable: 'MEDIAHOOKS_ECHO3D_URL_TOKEN' };
  if (unsafeApiKeyOnly !== true) return [urlToken({ token, origin })];
  if (token !== undefined) {
    throw new ConfigurationError(
      'option-invalid',
      'echo3d: options "urlToken" and "unsafeApiKeyOnly" contradict each other. Leave unsafeApiKeyOnly out to have the token checked.',
    );
  }
  return [];
};
