import * as z from 'zod';
import { busySchema } from './busy-schema.ts';

/**
 * A schema that is chosen by what the body says it is, so that what is wrong is told of the form that was meant. (A plain union of
 * schemas can only say that none of them fits.)
 */
export const chosenSchema = <Output>(choose: (body: Readonly<Record<string, unknown>>) => z.ZodType<Output>) => {
  const busy = new Map<z.ZodType<Output>, () => z.ZodType<Output>>();
  const busyForm = (schema: z.ZodType<Output>): z.ZodType<Output> => {
    const known = busy.get(schema) ?? busySchema(schema);
    busy.set(schema, known);
    return known();
  };
  return z.looseObject({}).transform((body, context): Output => {
    const parsed = busyForm(choose(body)).safeParse(body);
    if (parsed.success) return parsed.data;
    for (const { message, path } of parsed.error.issues) context.addIssue({ code: 'custom', message, path: [...path] });
    return z.NEVER;
  });
};
