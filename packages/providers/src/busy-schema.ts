import * as z from 'zod';

/**
 * So many values are checked before a schema is compiled. That takes some milliseconds, which is more than it saves a process that sees
 * few deliveries, as most on serverless platforms are.
 */
export const compiledAfter = 100;

/**
 * Gives a schema to check a value with: itself, and once it is busy, its compiled form (zod.dev/compile), which makes the same of every
 * value with fewer objects on the way. Where code cannot be made at run time, as on Workers, it stays as it is.
 */
export const busySchema = <Payload>(schema: z.ZodType<Payload>): (() => z.ZodType<Payload>) => {
  let uses = 0;
  let current = schema;
  return () => {
    if (uses < compiledAfter) {
      uses += 1;
      // why: `jitless` is how an app says that it wants no code made at run time.
      if (uses === compiledAfter && z.config().jitless !== true) current = z.compile(schema);
    }
    return current;
  };
};
