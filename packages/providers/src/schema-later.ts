import type { EventDraft, ProviderDefinition } from '@mediahooks/core';
import type * as z from 'zod';

type Schema<Payload> = ProviderDefinition<Payload, EventDraft, string>['schema'];

/**
 * A schema whose module begins to load when a source is configured, and not with the function that configures it: every adapter has those
 * functions of all platforms, because the environment may name any, and making all their schemas is slow.
 *
 * Only a delivery that comes before it is there waits for it. Where it cannot be loaded, that delivery is answered 500, and the next has
 * it tried again.
 *
 * @param load With `import('./module.ts')` written out, so that bundlers see it.
 */
export const schemaLater = <Payload>(load: () => Promise<z.ZodType<Payload>>): Schema<Payload> => {
  let schema: (() => z.ZodType<Payload>) | undefined;
  let loading: Promise<() => z.ZodType<Payload>> | undefined;
  const loadBusy = async (): Promise<() => z.ZodType<Payload>> => {
    const [{ busySchema }, one] = await Promise.all([import('./busy-schema.ts'), load()]);
    return busySchema(one);
  };
  const loaded = async (): Promise<() => z.ZodType<Payload>> => {
    loading ??= loadBusy();
    try {
      schema = await loading;
      return schema;
    } finally {
      loading = undefined;
    }
  };
  // why: the delivery that needs it hears of it, and has it loaded again.
  loaded().catch(() => undefined);
  return {
    '~standard': {
      version: 1,
      vendor: 'mediahooks',
      validate(value) {
        if (schema !== undefined) return schema()['~standard'].validate(value);
        return loaded().then((ready) => ready()['~standard'].validate(value));
      },
    },
  };
};
