import type { Command } from 'commander';
import type { Register } from '../command.ts';
import { addExamples, addJsonOption, addSecretOptions } from '../shared-options.ts';
import { createWebhook, deleteWebhook, ensureWebhook, listWebhooks, updateWebhook } from './webhooks.ts';

export const registerTpstreams: Register = (program, { terminal }) => {
  const group = program
    .command('tpstreams')
    .summary("look after TPStreams' registrations")
    .description("TPStreams' management API, as far as it is about webhooks.")
    .command('webhooks')
    .summary('list, create, update, delete, ensure')
    .description(
      'TPStreams has no page for its webhooks, only an API. It needs your organization (--organization, or ' +
        'MEDIAHOOKS_TPSTREAMS_ORGANIZATION_ID), and the token of the API: MEDIAHOOKS_TPSTREAMS_API_TOKEN. The secret token that TPStreams ' +
        'sends to your receiver is MEDIAHOOKS_TPSTREAMS_TOKEN, as everywhere.',
    );
  const add = (usage: string, summary: string): Command => {
    const command = group
      .command(usage)
      .description(summary)
      .option('--organization <id>', "the organization's id, as it stands in the address of TPStreams' pages")
      .option('--api <url>', 'another server than https://app.tpstreams.com');
    return addJsonOption(addSecretOptions(command));
  };
  const url = ['--url <url>', 'where TPStreams sends to: https://<your host>/webhooks/tpstreams'] as const;

  const list = add('list', 'Lists all registrations. Their secret tokens are not shown.');
  list.action(() => listWebhooks(list.opts(), terminal));
  const create = add('create', 'Registers an address.').requiredOption(...url);
  create.action(() => createWebhook(create.opts(), terminal));
  const update = add('update <id>', 'Gives a registration another address and token.').requiredOption(...url);
  update.action((id: string) => updateWebhook(id, update.opts(), terminal));
  const remove = add('delete <id>', 'Takes a registration away.');
  remove.action((id: string) => deleteWebhook(id, remove.opts(), terminal));
  const ensure = add(
    'ensure',
    'Makes the registration what it should be, and says what it changed: makes it, changes its token, moves it here from ' +
      '--previous-url, removes doubles. May run at every deployment.',
  )
    .requiredOption(...url)
    .option('--previous-url <url>', 'the address before, if that has changed');
  ensure.action(() => ensureWebhook(ensure.opts(), terminal));
  addExamples(list, [['mediahooks tpstreams webhooks list --env-file .env', 'ids and addresses']]);
  addExamples(create, [
    [
      'mediahooks tpstreams webhooks create --url https://example.com/webhooks/tpstreams --env-file .env',
      'a second time makes a double; ensure does not',
    ],
  ]);
  addExamples(update, [
    [
      'mediahooks tpstreams webhooks update 12 --url https://example.com/webhooks/tpstreams --env-file .env',
      'another address, or the token that MEDIAHOOKS_TPSTREAMS_TOKEN is now',
    ],
  ]);
  addExamples(remove, [
    ['mediahooks tpstreams webhooks delete 12 --env-file .env', 'TPStreams sends nothing there any more'],
  ]);
  addExamples(ensure, [
    [
      'mediahooks tpstreams webhooks ensure --url https://example.com/webhooks/tpstreams --env-file .env',
      'says "created", "updated" or "unchanged"',
    ],
  ]);
};
