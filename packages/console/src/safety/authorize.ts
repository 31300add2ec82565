import { ConfigurationError, type MaybePromise } from '@mediahooks/core';
import type { Asked, RequestOrigin } from '../asked.ts';
import { whyNotLocal } from './local.ts';

/** What somebody may do. What is not named is not allowed. */
export interface Permissions {
  /** See what was kept, all that is secret redacted. */
  readonly view: boolean;
  /** Replay and discard. Default `false`. */
  readonly act?: boolean;
  /** See what is redacted of one delivery; each time is logged. Default `false`. */
  readonly reveal?: boolean;
  /** Who it is, for the audit line and the page's corner. */
  readonly user?: string;
}

/**
 * Says what the sender of a request may do: `true` to see and to act, but not to reveal; `false` for nothing; {@link Permissions};
 * or a `Response` that is sent instead of the page, like a redirect to a login.
 */
export type Authorize = (request: Request, from: RequestOrigin) => MaybePromise<boolean | Permissions | Response>;

/** Somebody who may see the console. */
export interface Viewer {
  readonly act: boolean;
  readonly reveal: boolean;
  readonly user: string | undefined;
  readonly address: string | undefined;
}

export type Authorized =
  | { readonly kind: 'viewer'; readonly viewer: Viewer }
  | { readonly kind: 'denied'; readonly why: string }
  | { readonly kind: 'answered'; readonly response: Response };

/** @throws {ConfigurationError} `authorize-missing` for anything that is neither `'local'` nor a function. */
export const createAuthorize = (authorize: unknown): ((asked: Asked) => Promise<Authorized>) => {
  if (authorize === 'local') return async (asked) => localViewer(asked);
  if (typeof authorize !== 'function') {
    throw new ConfigurationError(
      'authorize-missing',
      'webhookConsole: option "authorize" must be a function that says who may see the console, or \'local\' for this machine alone. ' +
        'Nobody may see it without.',
    );
  }
  return async ({ from, request }) => {
    // why: the request is the user's to read; its body must be left for the action behind it.
    const said: unknown = await authorize(request, from);
    if (said instanceof Response) return { kind: 'answered', response: said };
    if (said === true) return { kind: 'viewer', viewer: viewerOf({ view: true, act: true }, from) };
    if (isPermissions(said)) return { kind: 'viewer', viewer: viewerOf(said, from) };
    return { kind: 'denied', why: 'You are not allowed to see this console.' };
  };
};

const localViewer = ({ from, request }: Asked): Authorized => {
  const why = whyNotLocal(request, from);
  return why === undefined
    ? { kind: 'viewer', viewer: viewerOf({ view: true, act: true }, from) }
    : { kind: 'denied', why };
};

// why: `true` and nothing like it: a mistaken 1, or the text "false", must not open the door.
const isPermissions = (said: unknown): said is Permissions =>
  typeof said === 'object' && said !== null && 'view' in said && said.view === true;

const viewerOf = ({ act, reveal, user }: Permissions, { address }: RequestOrigin): Viewer => ({
  act: act === true,
  reveal: reveal === true,
  user: typeof user === 'string' ? user : undefined,
  address,
});
