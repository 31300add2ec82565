import { ConfigurationError, checkOptions, didYouMean, quote } from '@mediahooks/core';
import type { Deliverable, ProviderName } from './deliver.ts';
import { deliverableTypes } from './deliverable-types.ts';
import type { DeliveryOptions } from './delivery-options.ts';
import type { Tamper } from './tamper.ts';

type Names<Named> = Readonly<Record<keyof Named, true>>;

const common: Names<DeliveryOptions> = { source: true, payload: true, body: true, headers: true, tamper: true };

// why objects: the compiler then checks that these are all there are.
const optionsOf: { readonly [Name in ProviderName]: Names<Deliverable[Name]['options']> } = {
  gcore: { ...common, address: true, forwardedFor: true },
  ignite: { ...common, secret: true, now: true, deliveryId: true },
  tpstreams: { ...common, token: true },
  echo3d: { ...common, urlToken: true, tokenIn: true, apiKey: true },
  threeq: { ...common, secret: true, userPool: true, token: true, tokenHeader: true, query: true },
};

const tampers: Readonly<Record<Tamper, true>> = {
  body: true,
  credential: true,
  'credential-missing': true,
  'credential-empty': true,
  'credential-doubled': true,
};

/** What `deliver` was given, which without types may be anything. @throws {ConfigurationError} */
export const checkDelivery = (provider: ProviderName, type: unknown, options: DeliveryOptions): void => {
  checkOneOf('deliver: there is no platform', provider, Object.keys(optionsOf), 'option-invalid');
  const owner = `deliver(${quote(provider)})`;
  // why: 3Q's names are open. What is no name at all is refused of it too.
  const isOpen = provider === 'threeq' && typeof type === 'string' && type !== '';
  if (!isOpen) checkOneOf(`${owner}: there is no type`, type, deliverableTypes[provider], 'event-unknown');
  checkOptions(owner, options, Object.keys(optionsOf[provider]));
  const { tamper } = options;
  if (tamper !== undefined) {
    checkOneOf(`${owner}: there is no way to tamper called`, tamper, Object.keys(tampers), 'option-invalid');
  }
};

const checkOneOf = (
  problem: string,
  given: unknown,
  known: readonly string[],
  code: 'event-unknown' | 'option-invalid',
): void => {
  if (typeof given === 'string' && known.includes(given)) return;
  const shown = typeof given === 'string' ? `${quote(given)}.${didYouMean(given, known)}` : `${typeof given}.`;
  throw new ConfigurationError(code, `${problem} ${shown} There are: ${known.join(', ')}.`);
};
