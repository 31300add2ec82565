import { ConfigurationError } from '../errors.ts';
import type { ActivityQuery } from './inbox.ts';

/** What deliveries are counted by, for {@link ActivityQuery}, and for how long. For engines. All in milliseconds. */
export const activityUnits = {
  minute: { lengthMs: 60_000, keptMs: 25 * 3_600_000 },
  hour: { lengthMs: 3_600_000, keptMs: 90 * 24 * 3_600_000 },
} as const;

export type ActivityUnit = keyof typeof activityUnits;

const maxSteps = 1000;

/**
 * What an engine has to read for a query: whole units from `from` to `until`.
 *
 * @throws {ConfigurationError} `option-invalid`
 */
export const readActivityQuery = ({
  from,
  stepMs,
  until,
}: ActivityQuery): { readonly unit: ActivityUnit; readonly from: number; readonly until: number } => {
  if (!Number.isSafeInteger(stepMs) || stepMs < 1 || stepMs % activityUnits.minute.lengthMs !== 0) {
    throw new ConfigurationError('option-invalid', `activity: stepMs is ${stepMs}; it must be whole minutes.`);
  }
  const [begin, end] = [stepOf(from, stepMs), Math.ceil(until / stepMs) * stepMs];
  if (!((end - begin) / stepMs <= maxSteps)) {
    throw new ConfigurationError(
      'option-invalid',
      `activity: from ${from} to ${until} are more than ${maxSteps} steps of ${stepMs} ms. Ask for longer steps.`,
    );
  }
  return { unit: stepMs % activityUnits.hour.lengthMs === 0 ? 'hour' : 'minute', from: begin, until: end };
};

/** When the step of a time begins. */
export const stepOf = (at: number, stepMs: number): number => Math.floor(at / stepMs) * stepMs;
