import type { Inbox, InspectOptions, Receiver } from '@mediahooks/core';
import type { Markup } from '../html/html.ts';
import type { Audit } from '../safety/audit.ts';
import type { Viewer } from '../safety/authorize.ts';
import type { OverviewData, SpanName } from './overview-data.ts';

/** What a page is made from. */
export interface Visit {
  readonly webhooks: Receiver;
  readonly inbox: Inbox;
  readonly viewer: Viewer;
  readonly audit: Audit;
  /** What the overview shows, asked sparingly. */
  readonly overview: (span: SpanName) => Promise<OverviewData>;
  /** For `inspect`: where the receiver is, as far as it is known. */
  readonly inspectOptions: Pick<InspectOptions, 'receiver'>;
  /** The way from this page to the mount: `./`, `../`, … Every link begins with it. */
  readonly root: string;
  readonly query: URLSearchParams;
  /** For the forms of the page. */
  readonly token: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export interface Page {
  readonly title: string;
  readonly body: Markup;
  /** Which entry of the navigation it belongs to. */
  readonly section?: 'deliveries' | 'overview';
  /** Default 200. */
  readonly status?: number;
  /** Whether it changes by itself: then the script keeps its live regions up to date. Default `false`. */
  readonly isLive?: boolean;
  /** Changes when a live page does, where that can be told for less than the whole page. Default: made of `body`. */
  readonly state?: string;
}
