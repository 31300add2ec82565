import type { DeliveryOutcome, EventStatus, InboxFilter } from '@mediahooks/core';

const outcomes: readonly DeliveryOutcome[] = ['stored', 'quarantined', 'rejected', 'duplicate'];
const statuses: readonly EventStatus[] = [
  'handled',
  'pending',
  'waiting',
  'running',
  'dead',
  'discarded',
  'ignored',
  'stale',
];

/** What may stand behind `outcome=` in an address: of deliveries, and of any of their events. */
export const filterOutcomes = { outcomes, statuses } as const;

/** The names a filter has in the address bar, in the order of the form. */
export const filterNames = ['outcome', 'source', 'type', 'text', 'subject', 'from', 'until'] as const;

export type FilterName = (typeof filterNames)[number];

/** A filter as it stands in the address bar: read from it, and written back as links and forms. */
export interface AddressFilter {
  readonly filter: InboxFilter;
  /** As texts, for a form; those that are set. */
  readonly fields: ReadonlyMap<FilterName, string>;
  /** What could not be read, in words. */
  readonly mistakes: readonly string[];
}

/** Longer texts name nothing that an inbox holds. */
const maxLength = 1000;

export const readFilter = (query: URLSearchParams): AddressFilter => {
  const fields = new Map<FilterName, string>();
  for (const name of filterNames) {
    const value = query.get(name)?.trim();
    if (value !== undefined && value !== '') fields.set(name, value.slice(0, maxLength));
  }
  const mistakes: string[] = [];
  const named = fields.get('outcome');
  const outcome = outcomes.find((one) => one === named);
  const status = statuses.find((one) => one === named);
  if (named !== undefined && outcome === undefined && status === undefined) {
    mistakes.push(`There is no outcome “${named}”.`);
  }
  const timeOf = (name: 'from' | 'until'): number | undefined => {
    const text = fields.get(name);
    const ms = text === undefined ? undefined : readTime(text);
    if (text !== undefined && ms === undefined) mistakes.push(`“${text}” is no time like 2026-01-31T14:00.`);
    return ms;
  };
  const from = timeOf('from');
  const until = timeOf('until');
  const [source, type, subject, text] = [
    fields.get('source'),
    fields.get('type'),
    fields.get('subject'),
    fields.get('text'),
  ];
  return {
    fields,
    mistakes,
    filter: {
      ...(outcome !== undefined && { outcome }),
      ...(status !== undefined && { status }),
      ...(source !== undefined && { source }),
      ...(type !== undefined && { type }),
      ...(subject !== undefined && { subject }),
      ...(text !== undefined && { text }),
      ...(from !== undefined && { from }),
      ...(until !== undefined && { until }),
    },
  };
};

/** As `<input type="datetime-local">` writes it, in UTC; seconds may be there or not. */
const readTime = (text: string): number | undefined => {
  if (!/^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?)?$/.test(text)) return undefined;
  const ms = Date.parse(text.length === 10 ? `${text}T00:00Z` : `${text}Z`);
  return Number.isNaN(ms) ? undefined : ms;
};

/** The filter as a query, with more to it: `?source=ignite&cursor=…`; empty where there is nothing. */
export const filterQuery = (
  fields: ReadonlyMap<FilterName, string>,
  more: Readonly<Record<string, string | undefined>> = {},
): string => {
  const query = new URLSearchParams([...fields]);
  for (const [name, value] of Object.entries(more)) if (value !== undefined) query.set(name, value);
  return query.size === 0 ? '' : `?${query}`;
};
