export type { EncryptionOptions } from './encrypted-inbox.ts';
export type { EncryptionKey } from './sealed-box.ts';
export type { SpillOptions } from './spilling-inbox.ts';
export { type InboxWrapOptions, wrapInbox } from './wrap-inbox.ts';
