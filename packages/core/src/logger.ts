/** Any logger with pino's shape: an object of fields, then a message. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Used where no logger is given: refusals and failures go to the console, everything else nowhere. */
export const consoleLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: (fields, message) => console.warn(line(fields, message)),
  error: (fields, message) => console.error(line(fields, message)),
};

export const silentLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

// why: as JSON, so that text from outside cannot start a line of its own or move the terminal's cursor.
const line = (fields: object, message: string): string => `[mediahooks] ${message} ${JSON.stringify(fields)}`;

/** An error as plain, scrubbed fields. Its own further properties are left out: they may hold anything. */
export const describeError = (error: unknown, scrub: (text: string) => string): object => {
  if (!(error instanceof Error)) return { type: typeof error, message: scrub(String(error)) };
  return {
    type: error.name,
    message: scrub(error.message),
    ...(error.stack !== undefined && { stack: scrub(error.stack) }),
    ...(error instanceof AggregateError && { errors: error.errors.map((one) => describeError(one, scrub)) }),
  };
};
