import { type ActionResult, bodyDownload, discardAction, replayAction, revealAction } from './actions.ts';
import { bulkAction } from './bulk-run.ts';
import { bulkPage } from './pages/bulk.ts';
import { deliveriesPage } from './pages/deliveries.ts';
import { deliveryPage, deliveryState } from './pages/delivery.ts';
import { overviewPage } from './pages/overview.ts';
import type { Page, Visit } from './pages/page.ts';
import { subjectPage } from './pages/subject.ts';

/** What a path leads to. */
export type Route =
  | {
      readonly kind: 'page';
      readonly render: (visit: Visit) => Promise<Page | Response>;
      /** The page's `state` alone, where it has one of its own. */
      readonly state?: (visit: Visit) => Promise<string>;
      /** Only at every so many-th look is it asked whether it has changed. Default 1. */
      readonly everyLooks?: number;
    }
  /** Changes something, or shows a secret, and is posted. `needs` is the permission for it. */
  | {
      readonly kind: 'action';
      readonly needs: 'act' | 'reveal';
      readonly run: (visit: Visit, form: URLSearchParams) => Promise<ActionResult>;
    };

/** The page or action at a path below the mount, given as its decoded segments. */
export const routeOf = (segments: readonly string[], isPost: boolean): Route | undefined => {
  const [first, second, third] = segments;
  if (segments.length > 3 || first === undefined) return undefined;
  if (isPost) return actionOf(first, second, third);
  if (second === undefined) {
    // why: what it shows is of hours, and costs more than any other page.
    if (first === 'overview') return { kind: 'page', render: overviewPage, everyLooks: 3 };
    return Object.hasOwn(pages, first) ? pageOf(pages[first]) : undefined;
  }
  if (first !== 'deliveries') return undefined;
  if (third === undefined) {
    return {
      kind: 'page',
      render: (visit) => deliveryPage(visit, second),
      state: (visit) => deliveryState(visit, second),
    };
  }
  return third === 'body' ? pageOf((visit) => bodyDownload(visit, second)) : undefined;
};

const pages: Readonly<Record<string, (visit: Visit) => Promise<Page>>> = {
  deliveries: deliveriesPage,
  subject: subjectPage,
  bulk: bulkPage,
};

const pageOf = (render: ((visit: Visit) => Promise<Page | Response>) | undefined): Route | undefined =>
  render === undefined ? undefined : { kind: 'page', render };

const actionOf = (first: string, second: string | undefined, third: string | undefined): Route | undefined => {
  if (second === undefined) return undefined;
  if (first === 'bulk' && third === undefined && (second === 'replay' || second === 'discard')) {
    return { kind: 'action', needs: 'act', run: (visit, form) => bulkAction(visit, second, form) };
  }
  if (first !== 'deliveries') return undefined;
  if (third === 'replay') return { kind: 'action', needs: 'act', run: (visit) => replayAction(visit, second) };
  if (third === 'discard') return { kind: 'action', needs: 'act', run: (visit) => discardAction(visit, second) };
  if (third === 'reveal') {
    return { kind: 'action', needs: 'reveal', run: (visit, form) => revealAction(visit, second, form) };
  }
  return undefined;
};
