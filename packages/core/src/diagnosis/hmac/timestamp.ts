import type { MaybePromise } from '../../crypto/types.ts';
import { duration } from '../../duration.ts';
import { quote } from '../../rejection.ts';
import type { Finding } from '../finding.ts';
import { foundIf } from '../first-found.ts';
import type { HmacTrial } from './diagnose-hmac.ts';
import type { ReadSignature } from './read-signature.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

export const isNumber = (timestamp: string | undefined): boolean =>
  timestamp !== undefined && /^[0-9]{1,15}$/.test(timestamp);

export const timestampAsDate = (timestamp: string | undefined): Finding | undefined =>
  timestamp === undefined || Number.isNaN(Date.parse(timestamp)) || !/[-:]/.test(timestamp)
    ? undefined
    : {
        cause: 'timestamp-as-date',
        hint: `The timestamp ${quote(timestamp)} is a date, and a number since the epoch is expected. This guard cannot read it: write one of your own for this platform, or look up whether it sends a number elsewhere.`,
      };

/** Only of a signature that matches: with any other, the timestamp is somebody's invention, and no reason to set a clock. */
export const findInTimestamp = (
  { scheme, delivery, verify }: HmacTrial,
  { signature, timestamp }: ReadSignature,
): MaybePromise<Finding | undefined> => {
  const { timestampUnitMs } = scheme;
  if (timestamp === undefined || timestampUnitMs === undefined) return undefined;
  const prefix = scheme.signedPrefix(timestamp, delivery);
  return foundIf(verify({ signature, prefix }), () =>
    explainTime(Number(timestamp), delivery.receivedAt, timestampUnitMs),
  );
};

const explainTime = (timestamp: number, receivedAt: number, unitMs: number): Finding => {
  const isInSeconds = unitMs === 1 && Math.abs(receivedAt - timestamp * 1000) < dayMs;
  if (isInSeconds) {
    return {
      cause: 'timestamp-in-seconds',
      hint: 'The signature matches, and its timestamp is in seconds, where milliseconds are expected. In a guard of your own, set timestampUnit to "s"; with a provider that is built in, whoever signs has to write milliseconds.',
    };
  }
  if (unitMs === 1000 && Math.abs(receivedAt - timestamp) < dayMs) {
    return {
      cause: 'timestamp-in-milliseconds',
      hint: 'The signature matches, and its timestamp is in milliseconds, where seconds are expected. In a guard of your own, set timestampUnit to "ms"; with a provider that is built in, whoever signs has to write seconds.',
    };
  }
  const ageMs = receivedAt - timestamp * unitMs;
  const hours = Math.round(ageMs / hourMs);
  const isWholeHours = hours !== 0 && Math.abs(hours) <= 14 && Math.abs(ageMs - hours * hourMs) < 300_000;
  const when = `${duration(Math.abs(ageMs))} ${ageMs > 0 ? 'before' : 'after'} it arrived`;
  const mend = isWholeHours
    ? "That is whole hours: a clock is set to local time and taken for UTC. Compare this machine's clock (date -u) with the real time."
    : ageMs > 0
      ? "Either this machine's clock is ahead (compare it by NTP), or the delivery was so long under way: kept by a queue or a proxy, or captured and sent again."
      : "This machine's clock is behind, or the platform's is ahead: compare this one by NTP.";
  return { cause: 'clock-off', hint: `The signature matches, and was made ${when}. ${mend}` };
};
