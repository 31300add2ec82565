import {
  type Clock,
  ConfigurationError,
  checkOptions,
  positiveInteger,
  readSecrets,
  systemClock,
} from '@mediahooks/core';
import * as z from 'zod';
import { type EnsuredWebhook, ensureWebhook } from './ensure-webhook.ts';
import { type ApiConnection, originOf, sendRequest } from './request.ts';
import { sameUrl } from './same-url.ts';
import { TpstreamsApiError } from './tpstreams-api-error.ts';

export interface TpstreamsApiOptions {
  /** The organization's id, as it stands in the address of TPStreams' pages. */
  readonly organizationId: string;
  /** The API token (developer.tpstreams.com, "Authentication"). Not a webhook's `secret_token`. */
  readonly token: string;
  /** Default `https://app.tpstreams.com`. Plain `http` on the loopback only. */
  readonly baseUrl?: string;
  /** So long one request may take. Milliseconds, default 15000. */
  readonly timeoutMs?: number;
  /** How often a request is sent at most, where the server is overloaded or away. Default 4. */
  readonly attempts?: number;
  /** For tests. */
  readonly clock?: Clock;
  /** For tests: a number from 0 to 1. */
  readonly random?: () => number;
  /** For tests and proxies. Default: the platform's own. */
  readonly fetch?: typeof fetch;
}

/** What a webhook is registered as. */
export interface TpstreamsWebhookSettings {
  /** Where deliveries are sent: your receiver, by `https`. */
  readonly url: string;
  /** What TPStreams sends in `x-streams-token`: the `token` of `tpstreams({ token })`. */
  readonly secretToken: string;
}

export interface TpstreamsWebhook extends TpstreamsWebhookSettings {
  readonly id: string;
}

/** TPStreams' management API, as far as it is about webhooks. Every function throws {@link TpstreamsApiError}. */
export interface TpstreamsApi {
  readonly webhooks: {
    /** All of them, all pages. */
    list(): Promise<readonly TpstreamsWebhook[]>;
    create(settings: TpstreamsWebhookSettings): Promise<TpstreamsWebhook>;
    update(id: string, settings: TpstreamsWebhookSettings): Promise<TpstreamsWebhook>;
    delete(id: string): Promise<void>;
    /**
     * Makes the registration for `url` what it should be, however it is now: makes it, changes its token, moves the one for
     * `previousUrl` here, and removes doubles, by which every delivery would come twice. Doing it again changes nothing.
     */
    ensure(settings: TpstreamsWebhookSettings & { readonly previousUrl?: string }): Promise<EnsuredWebhook>;
  };
}

const owner = 'tpstreamsApi';

/**
 * A client of TPStreams' management API (developer.tpstreams.com, "Web Hooks").
 *
 * @throws {ConfigurationError} `secret-missing`, `secret-empty`, `option-invalid`, `option-unknown`.
 */
export const tpstreamsApi = (options: TpstreamsApiOptions): TpstreamsApi => {
  checkOptions(owner, options, knownOptions);
  const [token] = readSecrets(options.token, { owner, option: 'token', variable: 'MEDIAHOOKS_TPSTREAMS_API_TOKEN' });
  const [organizationId] = readSecrets(options.organizationId, {
    owner,
    option: 'organizationId',
    variable: 'MEDIAHOOKS_TPSTREAMS_ORGANIZATION_ID',
  });
  const connection: ApiConnection = {
    origin: originOf(owner, options.baseUrl ?? 'https://app.tpstreams.com'),
    token,
    timeoutMs: positiveInteger(owner, 'timeoutMs', options.timeoutMs, 15_000),
    attempts: positiveInteger(owner, 'attempts', options.attempts, 4),
    clock: options.clock ?? systemClock,
    random: options.random ?? Math.random,
    fetch: options.fetch ?? fetch,
  };
  const all = `${connection.origin}/api/v1/${encodeURIComponent(organizationId)}/webhooks/`;
  const oneOf = (id: string): string => `${all}${encodeURIComponent(checkId(id))}/`;

  const list = async (): Promise<TpstreamsWebhook[]> => {
    const found = new Map<string, TpstreamsWebhook>();
    let next: string | null = all;
    for (let page = 1; next !== null; page += 1) {
      if (page > maxPages) throw unexpected(`The list of webhooks goes on after ${maxPages} pages.`);
      const read = pageOf(await sendRequest(connection, { method: 'GET', url: next }));
      // why: what is made or removed meanwhile moves the others, and one may come twice.
      for (const webhook of read.results) found.set(webhook.id, webhook);
      next = read.next;
    }
    return [...found.values()];
  };
  const create = async (settings: TpstreamsWebhookSettings): Promise<TpstreamsWebhook> => {
    const body = checkSettings(settings);
    const settled = async (): Promise<unknown> => {
      const made = (await list()).find((one) => sameUrl(one.url, body.url) && one.secretToken === settings.secretToken);
      return made && { id: made.id, url: made.url, secret_token: made.secretToken };
    };
    return webhookOf(await sendRequest(connection, { method: 'POST', url: all, body, settled }));
  };
  const update = async (id: string, settings: TpstreamsWebhookSettings): Promise<TpstreamsWebhook> =>
    webhookOf(await sendRequest(connection, { method: 'PUT', url: oneOf(id), body: checkSettings(settings) }));
  const remove = async (id: string): Promise<void> => {
    await sendRequest(connection, { method: 'DELETE', url: oneOf(id) });
  };
  return {
    webhooks: {
      list,
      create,
      update,
      delete: remove,
      ensure: (settings) => ensureWebhook({ list, create, update, remove }, settings),
    },
  };
};

const knownOptions = [
  'organizationId',
  'token',
  'baseUrl',
  'timeoutMs',
  'attempts',
  'clock',
  'random',
  'fetch',
] as const satisfies (keyof TpstreamsApiOptions)[];

const maxPages = 1000;

const checkId = (id: string): string => {
  if (typeof id === 'string' && /^[A-Za-z0-9_-]{1,100}$/.test(id)) return id;
  throw new ConfigurationError(
    'option-invalid',
    `${owner}: the id of a webhook is like c4cf9c5f-0b60-4e5c-9db9-81321ffe31d5.`,
  );
};

const checkSettings = ({ secretToken, url }: TpstreamsWebhookSettings): { url: string; secret_token: string } => {
  const [secret_token] = readSecrets(secretToken, {
    owner,
    option: 'secretToken',
    variable: 'MEDIAHOOKS_TPSTREAMS_TOKEN',
  });
  // why: the token is all that proves a delivery, and travels with each of them.
  if (typeof url !== 'string' || !URL.canParse(url) || new URL(url).protocol !== 'https:') {
    throw new ConfigurationError(
      'option-invalid',
      `${owner}: option "url" must be the https address of your receiver.`,
    );
  }
  return { url, secret_token };
};

const webhookSchema = z.looseObject({ id: z.string().min(1), url: z.string(), secret_token: z.string().nullish() });

const pageSchema = z.looseObject({ next: z.string().nullish(), results: z.array(webhookSchema) });

const toWebhook = ({ id, secret_token, url }: z.infer<typeof webhookSchema>): TpstreamsWebhook => ({
  id,
  url,
  secretToken: secret_token ?? '',
});

const webhookOf = (answer: unknown): TpstreamsWebhook => {
  const read = webhookSchema.safeParse(answer);
  if (read.success) return toWebhook(read.data);
  throw unexpected('The answer is not a webhook with an id and a URL.');
};

const pageOf = (answer: unknown): { next: string | null; results: TpstreamsWebhook[] } => {
  const read = pageSchema.safeParse(answer);
  if (!read.success) throw unexpected('The answer is not a list of webhooks.');
  return { next: read.data.next ?? null, results: read.data.results.map(toWebhook) };
};

const unexpected = (message: string): TpstreamsApiError => new TpstreamsApiError('tpstreams-unexpected', message);
