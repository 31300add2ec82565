export { type EnvironmentSources, sourcesFromEnvironment } from './sources.ts';
export {
  type Environment,
  type Variable as EnvironmentVariable,
  variables as environmentVariables,
} from './variables.ts';
export { type EnvironmentOptions, webhooksFromEnvironment } from './webhooks-from-environment.ts';
