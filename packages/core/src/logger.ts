import { ConfigurationError } from './errors.ts';
import { asciiJson } from './rejection.ts';

/** Any logger with pino's shape: an object of fields, then a message. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** A level that goes nowhere. Known by its identity, so that nothing is made up for it to say. */
export const unheard = (): void => undefined;

/** Used where no logger is given: refusals and failures go to the console, everything else nowhere. */
export const consoleLogger: Logger = {
  debug: unheard,
  info: unheard,
  warn: (fields, message) => console.warn(line(fields, message)),
  error: (fields, message) => console.error(line(fields, message)),
};

export const silentLogger: Logger = {
  debug: unheard,
  info: unheard,
  warn: unheard,
  error: unheard,
};

const line = (fields: object, message: string): string => `[mediahooks] ${message} ${asciiJson(fields)}`;

/** A logger that cannot change what becomes of a delivery, whatever it throws or rejects with. */
export const steadyLogger = (logger: Logger): Logger => {
  const steady =
    (level: keyof Logger) =>
    (fields: object, message: string): void => {
      try {
        const logged: unknown = logger[level](fields, message);
        if (logged !== undefined) void Promise.resolve(logged).catch(() => undefined);
      } catch {
        // why: there is nothing left to tell it to.
      }
    };
  return { debug: steady('debug'), info: steady('info'), warn: steady('warn'), error: steady('error') };
};

/** An error as fields for a log. */
export interface DescribedError {
  // why: not `type`: pino's own serializer puts "Object" there.
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
  readonly cause?: DescribedError;
  readonly errors?: readonly DescribedError[];
}

/** Errors within errors (`cause`, `errors`) are described to this depth; they may go round in a circle. */
const maxErrorDepth = 4;

/** An error as plain, scrubbed fields. Its own further properties are left out: they may hold anything. Never throws. */
export const describeError = (error: unknown, scrub: (text: string) => string, depth = 1): DescribedError => {
  try {
    if (!isError(error)) return { name: typeof error, message: scrub(String(error)) };
    const inner = depth < maxErrorDepth ? (one: unknown) => describeError(one, scrub, depth + 1) : undefined;
    return {
      name: scrub(String(error.name)),
      message: scrub(String(error.message)),
      ...(error.stack !== undefined && { stack: scrub(String(error.stack)) }),
      ...(inner && error.cause !== undefined && { cause: inner(error.cause) }),
      ...(inner && 'errors' in error && Array.isArray(error.errors) && { errors: error.errors.map(inner) }),
    };
  } catch {
    // why: anything can be thrown, also what has no text.
    return { name: typeof error, message: 'It cannot be described.' };
  }
};

/** Also one of another realm, as Next.js's sandbox and test runners have them. */
const isError = (value: unknown): value is Error =>
  value instanceof Error || Object.prototype.toString.call(value) === '[object Error]';

/** An error, with those it holds, as one text of bounded length. */
export const errorText = (error: DescribedError): string => {
  const lines = (one: DescribedError, before: string): string[] => [
    `${before}${one.stack ?? `${one.name}: ${one.message}`}`,
    ...(one.errors ?? []).flatMap((inner) => lines(inner, 'Of which: ')),
    ...(one.cause === undefined ? [] : lines(one.cause, 'Caused by: ')),
  ];
  const text = lines(error, '').join('\n');
  return text.length > maxErrorText ? `${text.slice(0, maxErrorText)}...` : text;
};

/** It is kept for every attempt; a message may quote a whole answer of another server. */
const maxErrorText = 8000;

/** What `createWebhooks` was given. @throws {ConfigurationError} `option-invalid` */
export const readLogger = (owner: string, logger: Logger | false | undefined): Logger => {
  if (logger === undefined) return consoleLogger;
  if (logger === false) return silentLogger;
  const missing = (['debug', 'info', 'warn', 'error'] as const).filter(
    (level) => typeof logger?.[level] !== 'function',
  );
  if (missing.length === 0) return logger;
  throw new ConfigurationError(
    'option-invalid',
    `${owner}: option "logger" must be false or have pino's shape; it lacks ${missing.join(', ')}.`,
  );
};
