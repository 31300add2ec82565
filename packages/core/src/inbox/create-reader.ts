import { parseJson } from '../body/parse-json.ts';
import type { InTime } from '../receive.ts';
import type { Source } from '../source.ts';
import type { InboxReader } from './inbox.ts';
import { planOf } from './plan.ts';
import { fromStored } from './stored-delivery.ts';

/** Reads kept deliveries again for an inbox that could not store them when they came. */
export const createReader = (sources: ReadonlyMap<string, Source>, inTime: InTime): InboxReader => ({
  async read(stored) {
    const source = sources.get(stored.source);
    const parsed = parseJson(stored.body);
    if (source === undefined || parsed.problem !== undefined) return undefined;
    const read = await inTime(source.provider.read(parsed.value, fromStored(stored)), () => 'The schema');
    return read.invalid === undefined ? planOf(source, stored.id, read.drafts) : undefined;
  },
});
