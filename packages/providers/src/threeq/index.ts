export type { CognitoOptions, TokenUse } from './cognito/cognito-options.ts';
export {
  type ThreeqFile,
  type ThreeqFileEvent,
  type ThreeqOtherEvent,
  threeqFile,
  threeqFileEvent,
  threeqOtherEvent,
} from './event.ts';
export { type ThreeqQuery, threeqQuery } from './query.ts';
export type { ThreeqSecret } from './secret.ts';
export { type ThreeqOptions, type ThreeqTypes, threeq } from './threeq.ts';
