import type { Provider } from './provider.ts';

/** The type under which handlers get an event: the provider's own, or `unknown` for one it does not have. */
export const eventType = ({ open, types }: Pick<Provider, 'open' | 'types'>, type: string): string =>
  // why: `*` stands for every type, and handlers of `<source>.*` would run twice for an event that is called so.
  types.has(type) || (open && type !== '' && type !== '*') ? type : 'unknown';
