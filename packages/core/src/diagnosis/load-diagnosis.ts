import { loadOnce } from '../load-once.ts';

/**
 * Everything that looks into refusals, loaded when there is the first to look into: it is a good part of core's code, and a receiver that
 * refuses nothing never needs it.
 */
// why: one file for the pipeline and its guards alike. Once it is there none of them has to wait, and what each diagnosis costs is
// counted before the next begins.
export const loadDiagnosis = loadOnce(() => import('./diagnosis.ts'));
