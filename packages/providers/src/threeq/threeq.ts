import {
  ConfigurationError,
  checkOptions,
  defineProvider,
  type Guard,
  type Provider,
  type SourceOptions,
  sourceOptionNames,
} from '@mediahooks/core';
import { schemaLater } from '../schema-later.ts';
import { sourceOptions } from '../source-options.ts';
import type { ThreeqBody } from './body.ts';
import { cognito } from './cognito/cognito.ts';
import type { CognitoOptions } from './cognito/cognito-options.ts';
import type { ThreeqFileEvent, ThreeqOtherEvent } from './event.ts';
import { sharedSecret, type ThreeqSecret } from './secret.ts';

export interface ThreeqOptions extends SourceOptions {
  /** The AWS Cognito user pool whose tokens prove a delivery. */
  readonly cognito?: CognitoOptions;
  /** The webhook's secret, and where it is sent. Where both are given, both must be right. */
  readonly secret?: ThreeqSecret;
}

/** Event type → payload. 3Q publishes one name only; any other may be registered too. */
export type ThreeqTypes = Readonly<Record<'file.new', ThreeqFileEvent>>;

/**
 * 3Q. A delivery is proven by a token of an AWS Cognito user pool, by a secret, or by both. Neither signs the body.
 *
 * One delivery carries one or more events.
 *
 * @throws {ConfigurationError} `guard-missing`, `secret-missing`, `secret-empty`, `option-unknown`, `option-invalid`.
 */
export const threeq = (options: ThreeqOptions): Provider<ThreeqTypes, ThreeqOtherEvent, never> => {
  checkOptions('threeq', options, ['cognito', 'secret', ...sourceOptionNames]);
  return defineProvider<ThreeqTypes, ThreeqBody, ThreeqOtherEvent>({
    name: 'threeq',
    guards: guardsOf(options),
    schema: schemaLater(async () => (await import('./body.ts')).threeqBody),
    types: ['file.new'],
    open: true,
    events: (drafts) => drafts,
    options: sourceOptions(options),
  });
};

const guardsOf = ({ cognito: pool, secret, unsafeWithoutVerification }: ThreeqOptions): readonly Guard[] => {
  const guards: Guard[] = [];
  if (pool !== undefined) guards.push(cognito(pool));
  if (secret !== undefined) guards.push(sharedSecret(secret));
  if (guards.length === 0 && unsafeWithoutVerification !== true) {
    throw new ConfigurationError(
      'guard-missing',
      'threeq: options "cognito" and "secret" are both missing, so nothing proves a delivery. Give one or both, for instance from ' +
        'MEDIAHOOKS_3Q_COGNITO_USER_POOL_ID and MEDIAHOOKS_3Q_COGNITO_CLIENT_ID, or from MEDIAHOOKS_3Q_SECRET.',
    );
  }
  const headers = guards.flatMap(({ places }) => places.headers ?? []);
  if (new Set(headers).size < headers.length) {
    throw new ConfigurationError(
      'option-invalid',
      `threeq: options "cognito.header" and "secret.name" both name the header ${headers[0]}, which can hold only one of them.`,
    );
  }
  return guards;
};
