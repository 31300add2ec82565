import { isThenable, type MaybePromise, whenReady } from '../crypto/types.ts';
import type { Delivery } from '../delivery.ts';
import type { Source } from '../source.ts';
import type { Clues } from './clues.ts';
import type { Finders } from './finders.ts';
import type { Finding, RefusedDelivery } from './finding.ts';
import { type Attempt, firstFound } from './first-found.ts';
import { doubledHeader } from './hmac/written-otherwise.ts';

/** Why a credential did not pass: first what the guard itself finds, then what another source says of the delivery. */
export const findInCredential = (
  refused: RefusedDelivery,
  { cluesOf, sources }: Finders,
): MaybePromise<Finding | undefined> => {
  const { delivery, guard, rejection, source } = refused;
  if (delivery === undefined || source === undefined) return undefined;
  const doubled = source.doubledHeader(delivery.headers);
  if (doubled !== undefined && guard === undefined) return doubledHeader(doubled);
  const clues = cluesOf({ source, guard, rejection });
  const others = [...sources.values()].filter((one) => one !== source);
  return firstFound([
    () => askGuard(refused, delivery, clues),
    ...others.map(
      (other): Attempt =>
        () =>
          whenReady(isGenuineOf(other, delivery, clues), (isGenuine) =>
            isGenuine ? sentTo(other, source) : undefined,
          ),
    ),
    () => (rejection.code === 'credential-missing' ? notSent(source, delivery) : undefined),
  ]);
};

const askGuard = (
  { guard, payload }: RefusedDelivery,
  delivery: Delivery,
  clues: Clues,
): MaybePromise<Finding | undefined> => {
  if (guard?.stage === 'credential') return guard.diagnose?.(delivery, clues);
  return guard?.stage === 'payload' ? guard.diagnose?.(payload, delivery, clues) : undefined;
};

/**
 * Whether another source would take it for its own. Asked are guards only whose secrets a diagnosis may use: others, like those of
 * tokens whose keys are fetched, could take any time.
 */
const isGenuineOf = (other: Source, delivery: Delivery, { allowance }: Clues): MaybePromise<boolean> => {
  const guards = other.credentialGuards.filter(({ secrets }) => secrets !== undefined);
  if (guards.length === 0 || !allowance.take(delivery.body.length * guards.length)) return false;
  const verdicts = guards.map((guard) => guard.check(delivery));
  return verdicts.some(isThenable)
    ? Promise.all(verdicts).then((all) => all.every(({ refused }) => refused === undefined))
    : verdicts.every((verdict) => !isThenable(verdict) && verdict.refused === undefined);
};

const sentTo = (other: Source, { name }: Source): Finding => ({
  cause: 'sent-to-other-source',
  hint: `This is a genuine delivery of source "${other.name}", sent to the URL of source "${name}". Mend the URL at the platform.`,
});

/** A hint only: whoever sends can write any header. */
const notSent = ({ provider }: Source, { headers }: Delivery): Finding | undefined => {
  const there = provider.headers.find((header) => headers.get(header) !== undefined);
  const places = provider.guards.flatMap((guard) => guard.places.headers ?? []);
  if (there === undefined || places.length === 0) return undefined;
  return {
    cause: 'credential-not-sent',
    hint:
      `The header ${places.join(' or ')} is missing, and ${there} is there, which ${provider.name} sends too. If it is ${provider.name} that sends: ` +
      'is a secret set there for this webhook, and does a proxy or CDN in front let the header through? If it is not, this is as it should be.',
  };
};
