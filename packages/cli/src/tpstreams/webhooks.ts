import { type TpstreamsApi, type TpstreamsWebhook, tpstreamsApi } from '@mediahooks/providers/tpstreams';
import { CommandError } from '../command-error.ts';
import { createNeededSecrets } from '../settings/needed-secrets.ts';
import { readSettings, type SettingsOptions } from '../settings/settings.ts';
import { jsonLine } from '../terminal/json-line.ts';
import { printable } from '../terminal/printable.ts';
import { tableLines } from '../terminal/table.ts';
import type { Channel, Terminal } from '../terminal/terminal.ts';

export interface ApiOptions extends SettingsOptions {
  readonly organization?: string;
  readonly api?: string;
  readonly json?: true;
}

export interface UrlOptions extends ApiOptions {
  readonly url: string;
  readonly previousUrl?: string;
}

interface Connected {
  readonly webhooks: TpstreamsApi['webhooks'];
  /** What TPStreams sends to the receiver; asked for where it is not set. */
  readonly secretToken: () => Promise<string>;
}

const connect = async (options: ApiOptions, terminal: Terminal): Promise<Connected> => {
  const settings = readSettings(options, terminal, 'MEDIAHOOKS_TPSTREAMS_TOKEN');
  const secrets = createNeededSecrets(settings, terminal);
  const organizationId = options.organization ?? secrets.find('MEDIAHOOKS_TPSTREAMS_ORGANIZATION_ID');
  if (organizationId === undefined) {
    throw new CommandError(
      'usage',
      'Say which organization: --organization <id>, or MEDIAHOOKS_TPSTREAMS_ORGANIZATION_ID.',
    );
  }
  const { webhooks } = tpstreamsApi({
    organizationId,
    token: await secrets.need('MEDIAHOOKS_TPSTREAMS_API_TOKEN'),
    ...(options.api !== undefined && { baseUrl: options.api }),
  });
  return { webhooks, secretToken: () => secrets.need('MEDIAHOOKS_TPSTREAMS_TOKEN') };
};

export const listWebhooks = async (options: ApiOptions, terminal: Terminal): Promise<void> => {
  const { webhooks } = await connect(options, terminal);
  const found = await webhooks.list();
  const { out } = terminal;
  if (options.json === true) return out.line(jsonLine({ webhooks: found.map(shown) }));
  if (found.length === 0) return terminal.err.line('TPStreams has no webhooks for this organization.');
  for (const line of tableLines(found.map(({ id, url }) => [{ text: printable(id) }, { text: printable(url) }]))) {
    out.line(line);
  }
};

export const createWebhook = async (options: UrlOptions, terminal: Terminal): Promise<void> => {
  const { secretToken, webhooks } = await connect(options, terminal);
  const webhook = await webhooks.create({ url: options.url, secretToken: await secretToken() });
  tell(terminal.out, options, 'created', webhook);
};

export const updateWebhook = async (id: string, options: UrlOptions, terminal: Terminal): Promise<void> => {
  const { secretToken, webhooks } = await connect(options, terminal);
  const webhook = await webhooks.update(id, { url: options.url, secretToken: await secretToken() });
  tell(terminal.out, options, 'updated', webhook);
};

export const deleteWebhook = async (id: string, options: ApiOptions, terminal: Terminal): Promise<void> => {
  const { webhooks } = await connect(options, terminal);
  await webhooks.delete(id);
  if (options.json === true) terminal.out.line(jsonLine({ kind: 'deleted', id }));
  else terminal.out.line(`deleted ${printable(id)}`);
};

export const ensureWebhook = async (options: UrlOptions, terminal: Terminal): Promise<void> => {
  const { secretToken, webhooks } = await connect(options, terminal);
  const { changed, kind, removed, webhook } = await webhooks.ensure({
    url: options.url,
    secretToken: await secretToken(),
    ...(options.previousUrl !== undefined && { previousUrl: options.previousUrl }),
  });
  const { out } = terminal;
  if (options.json === true) return out.line(jsonLine({ kind, webhook: shown(webhook), changed, removed }));
  tell(out, options, kind, webhook);
  if (changed.length > 0) out.line(`  changed: ${changed.map((what) => names[what]).join(', ')}`);
  for (const id of removed) out.line(`  removed its double ${printable(id)}`);
};

const names = { secretToken: 'the secret token', url: 'the address' } as const;

const tell = (out: Channel, { json }: ApiOptions, kind: string, webhook: TpstreamsWebhook): void =>
  out.line(
    json === true
      ? jsonLine({ kind, webhook: shown(webhook) })
      : `${kind} ${printable(webhook.id)}  ${printable(webhook.url)}`,
  );

/** Without its secret token. */
const shown = ({ id, url }: TpstreamsWebhook): object => ({ id, url });
