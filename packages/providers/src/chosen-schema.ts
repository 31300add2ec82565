import { z } from 'zod';

/**
 * A schema that is chosen by what the body says it is, so that what is wrong is told of the form that was meant. (A plain union of
 * schemas can only say that none of them fits.)
 */
export const chosenSchema = <Output>(choose: (body: Readonly<Record<string, unknown>>) => z.ZodType<Output>) =>
  z.looseObject({}).transform((body, context): Output => {
    const parsed = choose(body).safeParse(body);
    if (parsed.success) return parsed.data;
    for (const { message, path } of parsed.error.issues) context.addIssue({ code: 'custom', message, path: [...path] });
    return z.NEVER;
  });
