export { findInJwtHeader } from './find-in-jwt-header.ts';
export { find } from './finders.ts';
export { diagnoseHmac } from './hmac/diagnose-hmac.ts';
export { diagnoseToken } from './token/diagnose-token.ts';
