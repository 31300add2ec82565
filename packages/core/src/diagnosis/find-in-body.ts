import type { Finding, RefusedDelivery } from './finding.ts';

export const findInBody = (_refused: RefusedDelivery): Finding | undefined => undefined;
