import { type ActionResult, discardAction, replayAction } from './actions.ts';
import { deliveriesPage } from './pages/deliveries.ts';
import { deliveryPage } from './pages/delivery.ts';
import { overviewPage } from './pages/overview.ts';
import type { Page, Visit } from './pages/page.ts';

/** What a path leads to. */
export type Route =
  | { readonly kind: 'page'; readonly render: (visit: Visit) => Promise<Page> }
  /** Changes something, and is posted. `needs` is the permission for it. */
  | {
      readonly kind: 'action';
      readonly needs: 'act' | 'reveal';
      readonly run: (visit: Visit, form: URLSearchParams) => Promise<ActionResult>;
    };

/** The page or action at a path below the mount, given as its decoded segments. */
export const routeOf = ([first, second, third, ...rest]: readonly string[], isPost: boolean): Route | undefined => {
  if (rest.length > 0) return undefined;
  if (isPost) return second === undefined ? undefined : actionOf(first, second, third);
  if (third !== undefined) return undefined;
  if (second !== undefined) return first === 'deliveries' ? page((visit) => deliveryPage(visit, second)) : undefined;
  if (first === 'overview') return page(overviewPage);
  if (first === 'deliveries') return page(deliveriesPage);
  return undefined;
};

const page = (render: (visit: Visit) => Promise<Page>): Route => ({ kind: 'page', render });

const actionOf = (first: string | undefined, id: string, action: string | undefined): Route | undefined => {
  if (first !== 'deliveries') return undefined;
  if (action === 'replay') return { kind: 'action', needs: 'act', run: (visit) => replayAction(visit, id) };
  if (action === 'discard') return { kind: 'action', needs: 'act', run: (visit) => discardAction(visit, id) };
  return undefined;
};
