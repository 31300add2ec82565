import type { Register } from '../command.ts';
import { appInboxFile } from '../settings/unnamed-inbox.ts';
import { addExamples, duration, positive } from '../shared-options.ts';
import { discard } from './discard.ts';
import { addFilterOptions, addInboxOptions, cursor } from './inbox-options.ts';
import { list } from './list.ts';
import { prune } from './prune.ts';
import { replay } from './replay.ts';
import { show } from './show.ts';
import { stats } from './stats.ts';

export const registerInbox: Register = (program, { end, terminal }) => {
  const group = program
    .command('inbox')
    .summary('look at kept deliveries, and send them through again')
    .description('What an inbox keeps, in SQLite, PostgreSQL or Redis. Ids may be shortened to how they begin.');

  const listing = group.command('list').description('Lists deliveries, newest first.');
  addInboxOptions(
    addFilterOptions(listing)
      .option('--limit <number>', 'so many at most', positive, 20)
      .option('--cursor <cursor>', 'begin where the page before ended', cursor),
  );
  addExamples(listing, [
    ['mediahooks inbox list', `the newest 20 of ${appInboxFile}, or of what "mediahooks listen" has kept here`],
    [
      'mediahooks inbox list --inbox postgres://127.0.0.1/app --status dead',
      'events whose handler has failed for good',
    ],
    [
      'mediahooks inbox list --outcome rejected --since 1h --json',
      'what was rejected in the last hour, for other programs',
    ],
  ]);
  listing.action(async () => end(await list(listing.opts(), terminal)));

  const showing = group.command('show').description('Shows one delivery, what is secret redacted.').argument('<id>');
  addInboxOptions(showing);
  addExamples(showing, [
    ['mediahooks inbox show 3f2a91c0 --env-file .env', 'with its headers, its payload and each attempt'],
  ]);
  showing.action(async (id: string) => end(await show(id, showing.opts(), terminal)));

  const replaying = group
    .command('replay')
    .description(
      'Sends deliveries through the pipeline again, guards first. Ends with 1 where one is rejected, or none is there.',
    )
    .argument('[ids...]');
  addInboxOptions(addFilterOptions(replaying));
  addExamples(replaying, [
    ['mediahooks inbox replay 3f2a91c0 --env-file .env', 'one delivery'],
    ['mediahooks inbox replay --status dead --source ignite --env-file .env', 'all dead letters of a source'],
  ]);
  replaying.action(async (ids: readonly string[]) => end(await replay(ids, replaying.opts(), terminal)));

  const discarding = group
    .command('discard')
    .description('Gives up on what is not handled: its events are not tried again. Ends with 1 where there is nothing.')
    .argument('[ids...]')
    .option('--yes', 'with a filter: do it');
  addInboxOptions(addFilterOptions(discarding));
  addExamples(discarding, [
    ['mediahooks inbox discard 3f2a91c0', 'one delivery'],
    ['mediahooks inbox discard --status dead --until 2026-01-01T00:00:00Z --yes', 'old dead letters'],
  ]);
  discarding.action(async (ids: readonly string[]) => end(await discard(ids, discarding.opts(), terminal)));

  const counting = group.command('stats').description('Counts deliveries and events by what became of them.');
  addInboxOptions(counting);
  addExamples(counting, [['mediahooks inbox stats --inbox redis://127.0.0.1:6379', 'how much waits, and since when']]);
  counting.action(async () => end(await stats(counting.opts(), terminal)));

  const pruning = group
    .command('prune')
    .description(
      'Removes deliveries that are done with, and rejected ones. A receiver does so by itself after 30 days.',
    )
    .requiredOption('--older-than <duration>', 'received so long ago: 12h, 30d', duration)
    .option('--unresolved', 'dead letters and quarantined deliveries too')
    .option('--yes', 'with --unresolved: do it');
  addInboxOptions(pruning);
  addExamples(pruning, [['mediahooks inbox prune --older-than 7d', 'what was handled a week ago or earlier']]);
  pruning.action(async () => end(await prune(pruning.opts(), terminal)));
};
