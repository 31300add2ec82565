import { sqliteInbox } from '@mediahooks/inbox-sqlite';
import { expectRisingVersions } from '../../../tests/inbox/rising-versions.ts';
import { temporaryFolder } from './temporary-folder.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());

test('1,000 subjects with 20 versions each, shuffled and repeated, over 50 connections: handled versions only rise, and the newest is among them', () =>
  expectRisingVersions(sqliteInbox({ path: folder.path('inbox.db') })));
