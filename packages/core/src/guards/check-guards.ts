import { ConfigurationError } from '../errors.ts';
import type { Guard } from './guard.ts';

const stages: ReadonlySet<unknown> = new Set<Guard['stage']>(['address', 'credential', 'payload']);

/**
 * Refuses what is no guard at construction: one of an unknown stage would be asked by nobody, and every delivery would pass it.
 *
 * @throws {ConfigurationError} `option-invalid`
 */
export const checkGuards = (owner: string, guards: unknown): void => {
  if (!Array.isArray(guards)) {
    throw new ConfigurationError('option-invalid', `${owner}: option "guards" must be a list.`);
  }
  guards.forEach((guard: unknown, index) => {
    if (isGuard(guard)) return;
    throw new ConfigurationError(
      'option-invalid',
      `${owner}: guards[${index}] is not a guard. It needs a name, places, a check function, and stage "address", "credential" or "payload".`,
    );
  });
};

const isGuard = (guard: unknown): boolean =>
  typeof guard === 'object' &&
  guard !== null &&
  'name' in guard &&
  typeof guard.name === 'string' &&
  'places' in guard &&
  typeof guard.places === 'object' &&
  guard.places !== null &&
  'check' in guard &&
  typeof guard.check === 'function' &&
  'stage' in guard &&
  stages.has(guard.stage);
