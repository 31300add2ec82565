import type { Finding, RefusedDelivery } from './finding.ts';

export const findInAddress = (_refused: RefusedDelivery): Finding | undefined => undefined;
