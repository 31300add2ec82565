import {
  ConfigurationError,
  createWebhooks,
  type Receiver,
  type TrustProxy,
  type Webhooks,
  type WebhooksOptions,
} from '@mediahooks/core';
import { type EnvironmentSources, sourcesFromEnvironment } from './sources.ts';
import { type Environment, readList, variables } from './variables.ts';

/** Everything that the environment does not say. `trustProxy` counts before `MEDIAHOOKS_TRUST_PROXY`. */
export type EnvironmentOptions = Omit<WebhooksOptions, 'sources'>;

/**
 * A receiver for all sources that environment variables configure: `gcore`, `ignite`, `tpstreams`, `echo3d` and `3q`. Its type knows
 * the events of all five; `on` refuses names of a source that is not configured.
 *
 * @param environment Default: `process.env`, where there is a process.
 * @throws {ConfigurationError} `nothing-configured`, listing the variables; `secret-missing`, `secret-empty` and `option-invalid`, naming
 * the variable, where a source is configured by half.
 */
export function webhooksFromEnvironment(
  environment?: Environment,
  options?: EnvironmentOptions,
): Webhooks<EnvironmentSources>;
export function webhooksFromEnvironment(
  environment: Environment = processEnvironment(),
  options: EnvironmentOptions = {},
): Receiver {
  // why: as `Receiver`, because only the signature above can say which sources the type is to have.
  const sources = sourcesFromEnvironment(environment);
  if (Object.keys(sources).length === 0) throw nothingConfigured();
  const trustProxy = options.trustProxy === undefined ? readTrustProxy(environment) : undefined;
  if (trustProxy === undefined) return createWebhooks({ ...options, sources });
  try {
    return createWebhooks({ ...options, sources, trustProxy });
  } catch (error) {
    if (!(error instanceof ConfigurationError) || error.code !== 'trust-proxy-invalid') throw error;
    const message = `The environment variable MEDIAHOOKS_TRUST_PROXY cannot be used. ${error.message}`;
    throw new ConfigurationError(error.code, message, { cause: error });
  }
}

/** A number of proxies, or a list of their addresses, ranges and names like `loopback`. */
const readTrustProxy = (environment: Environment): TrustProxy | undefined => {
  const entries = readList(environment, 'MEDIAHOOKS_TRUST_PROXY');
  const [first, ...others] = entries ?? [];
  if (first === undefined || others.length > 0) return entries;
  return /^[0-9]+$/.test(first) ? Number(first) : first === 'false' ? false : entries;
};

const nothingConfigured = (): ConfigurationError => {
  const lines = Object.entries(variables).map(([name, meaning]) => `  ${name}: ${meaning}`);
  return new ConfigurationError(
    'nothing-configured',
    `No source is configured. Set the environment variables of one:\n${lines.join('\n')}`,
  );
};

/** `process.env` where there is a process: not on every edge runtime. */
const processEnvironment = (): Environment => {
  const { process } = globalThis;
  return typeof process === 'object' ? process.env : {};
};
