import {
  type Clock,
  ConfigurationError,
  type Inbox,
  InboxUnavailableError,
  type Logger,
  type Receiver,
} from '@mediahooks/core';
import { answer, assetAnswer, deniedAnswer, seeOther, stateOfPage } from './answer.ts';
import type { Asked } from './asked.ts';
import { html } from './html/html.ts';
import { layout } from './html/layout.ts';
import { liveStream } from './live.ts';
import { messagePage, notFoundPage } from './pages/message.ts';
import { createOverviewData } from './pages/overview-data.ts';
import type { Page, Visit } from './pages/page.ts';
import { type Place, placeOf } from './place.ts';
import { type Route, routeOf } from './routes.ts';
import type { Audit } from './safety/audit.ts';
import type { Authorized, Viewer } from './safety/authorize.ts';
import { createFormToken, type FormToken } from './safety/form-token.ts';
import { receiverBeside } from './safety/receiver-address.ts';
import { isDrawnInElsewhere, isSameOrigin } from './safety/same-origin.ts';

export interface HandleOptions {
  readonly webhooks: Receiver;
  readonly inbox: Inbox;
  readonly authorize: (asked: Asked) => Promise<Authorized>;
  readonly audit: Audit;
  readonly logger: Pick<Logger, 'error'>;
  readonly clock: Clock;
  readonly refreshMs: number;
  /** Where the receiver is, as far as it was said. */
  readonly receiver: string | undefined;
}

/** The whole way of a request, readable from top to bottom: who, where, and then the page. Never rejects. */
export const createHandle = (options: HandleOptions): ((asked: Asked) => Promise<Response>) => {
  const { audit, authorize, clock, inbox, logger, receiver, refreshMs, webhooks } = options;
  const overview = createOverviewData(inbox, clock);

  /** What a page is made from, for this request or, of a live page, for one like it. */
  const visitOf = (
    { request }: Asked,
    place: Place,
    query: URLSearchParams,
    viewer: Viewer,
    { token }: FormToken,
  ): Visit => {
    const at = receiver ?? receiverBeside(request);
    return {
      webhooks,
      inbox,
      viewer,
      audit,
      overview,
      inspectOptions: at === undefined ? {} : { receiver: at },
      root: place.root,
      query,
      token,
      now: clock.now(),
    };
  };

  const show = (page: Page, visit: Visit, place: Place, form: FormToken): Response => {
    const frame = {
      root: visit.root,
      viewer: visit.viewer,
      place: `${place.segments.map(encodeURIComponent).join('/')}${queryOf(visit.query)}`,
      state: page.state ?? stateOfPage(page.body),
    };
    const cookie = form.cookie === undefined ? {} : { 'set-cookie': form.cookie };
    return answer(String(layout(page, frame)), page.status ?? 200, cookie);
  };

  const live = async (asked: Asked, viewer: Viewer, form: FormToken): Promise<Response | undefined> => {
    const given = new URL(asked.request.url).searchParams.get('page') ?? '';
    const url = URL.canParse(given, 'http://console/') ? new URL(given, 'http://console/') : undefined;
    if (url === undefined) return undefined;
    const place = placeOf({ path: url.pathname, pathname: url.pathname });
    const route = routeOf(place.segments, false);
    if (route?.kind !== 'page') return undefined;
    const state = async (): Promise<string> => {
      const visit = visitOf(asked, place, url.searchParams, viewer, form);
      if (route.state !== undefined) return route.state(visit);
      const page = await route.render(visit);
      return page instanceof Response ? '' : (page.state ?? stateOfPage(page.body));
    };
    const stream = liveStream({ state, clock, everyMs: refreshMs * (route.everyLooks ?? 1) });
    return answer(stream, 200, { 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' });
  };

  const act = async (
    route: Extract<Route, { kind: 'action' }>,
    asked: Asked,
    visit: Visit,
    form: FormToken,
  ): Promise<Page | Response> => {
    const refused = (why: string): Page => messagePage('Nothing was done', why, 403);
    if (!isSameOrigin(asked.request)) return refused('This was not sent by a page of this console.');
    const fields = new URLSearchParams(await asked.request.text());
    if (!form.matches(fields.get('token'))) {
      return refused(
        'The page this was sent from is too old, or not of this console. Go back, load it again and repeat.',
      );
    }
    if (!visit.viewer[route.needs]) return refused('You are allowed to look, not to do this.');
    const result = await route.run(visit, fields);
    if ('response' in result) return result.response;
    return 'location' in result ? seeOther(result.location) : result.page;
  };

  const answerTo = async (asked: Asked, viewer: Viewer): Promise<Response> => {
    const { request } = asked;
    const place = placeOf(asked);
    const url = new URL(request.url);
    const isPost = request.method === 'POST';
    if (!isPost && request.method !== 'GET' && request.method !== 'HEAD') {
      return answer('This is not understood here.', 405, { allow: 'GET, HEAD, POST', 'content-type': 'text/plain' });
    }
    const [first, second = ''] = place.segments;
    if (!isPost && first === undefined) return seeOther(place.entrance);
    const asset = !isPost && first === 'assets' ? assetAnswer(second, url.searchParams.get('v')) : undefined;
    if (asset !== undefined) return asset;

    const form = await createFormToken(request, viewer);
    const stream = !isPost && first === 'live' ? await live(asked, viewer, form) : undefined;
    if (stream !== undefined) return stream;

    const visit = visitOf(asked, place, url.searchParams, viewer, form);
    const made = await makePage(routeOf(place.segments, isPost), asked, visit, form);
    return made instanceof Response ? made : show(made, visit, place, form);
  };

  const makePage = async (
    route: Route | undefined,
    asked: Asked,
    visit: Visit,
    form: FormToken,
  ): Promise<Page | Response> => {
    try {
      if (route === undefined) return notFoundPage('There is no such page', 'The address may be mistyped.');
      return route.kind === 'page' ? await route.render(visit) : await act(route, asked, visit, form);
    } catch (error) {
      return failurePage(error, visit.root);
    }
  };

  const failurePage = (error: unknown, root: string): Page => {
    if (error instanceof InboxUnavailableError) {
      return messagePage(
        'The inbox cannot be reached',
        'Deliveries are answered 503 meanwhile. It goes on by itself once the inbox is back; load this page again then.',
        503,
      );
    }
    if (error instanceof ConfigurationError && error.code === 'option-invalid') {
      return messagePage(
        'This page cannot be shown',
        html`${error.message} <a href="${root}deliveries">Begin with the newest</a>.`,
        400,
      );
    }
    logger.error({ err: error }, 'console: a page failed');
    return messagePage('The console failed', 'The log of the receiver says why.', 500);
  };

  return async (asked) => {
    try {
      if (isDrawnInElsewhere(asked.request))
        return deniedAnswer('Another site has asked for this. Open the console itself.');
      const authorized = await authorize(asked);
      if (authorized.kind === 'answered') return authorized.response;
      if (authorized.kind === 'denied') return deniedAnswer(authorized.why);
      const response = await answerTo(asked, authorized.viewer);
      return asked.request.method === 'HEAD' ? withoutBody(response) : response;
    } catch (error) {
      logger.error({ err: error }, 'console: a request failed');
      return answer('The console failed. The log of the receiver says why.', 500, { 'content-type': 'text/plain' });
    }
  };
};

const withoutBody = (response: Response): Response => {
  void response.body?.cancel();
  return new Response(null, { status: response.status, headers: response.headers });
};

/** What an action has left behind in the address is not part of the page. */
const queryOf = (query: URLSearchParams): string => {
  const kept = new URLSearchParams([...query].filter(([name]) => name !== 'done' && name !== 'events'));
  return kept.size === 0 ? '' : `?${kept}`;
};
