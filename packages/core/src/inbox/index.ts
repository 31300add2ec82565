export { type ActivityUnit, activityUnits, readActivityQuery, stepOf } from './activity.ts';
export { type ClaimedEvent, claimedFrom } from './claimed-event.ts';
export { heardAtOf } from './heard-at.ts';
export { inSteps, type PruneStep, untilNone } from './in-steps.ts';
export { type AttemptDuration, latencyOf } from './latency.ts';
export {
  createSearch,
  type Found,
  type Place,
  type Range,
  type Search,
  type SearchEngine,
  type SearchFilter,
  type SearchLimits,
} from './search.ts';
export { createRowReader, type Row, type RowReader, type SqlValues, toJson } from './sql-rows.ts';
export {
  attemptFrom,
  deliveryCountsFrom,
  deliveryFrom,
  deliveryOutcomeFrom,
  deliveryOutcomes,
  eventCountsFrom,
  eventFrom,
  eventStatuses,
  inboxDeliveryFrom,
  jsonFrom,
  type StoredFields,
  versionFrom,
} from './stored-fields.ts';
export { isSubjectMeant, subjectIdOf, subjectIdsMeant, subjectPrefixOf } from './subject-id.ts';
export { unlessCostly } from './unless-costly.ts';
