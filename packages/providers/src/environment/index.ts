export type { EnvironmentSources } from './sources.ts';
export type { Environment } from './variables.ts';
export { type EnvironmentOptions, webhooksFromEnvironment } from './webhooks-from-environment.ts';
