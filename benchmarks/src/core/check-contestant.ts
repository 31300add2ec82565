import { createBodies } from './bodies.ts';
import type { Contestant, SignedRequest } from './contestant.ts';

/** A contestant that does not do its work must not be timed: it would win. */
export class CarelessContestantError extends Error {
  constructor(contestant: string, what: string) {
    super(`${contestant} ${what}. Its time would mean nothing, so nothing is timed.`);
    this.name = 'CarelessContestantError';
  }
}

/**
 * Sends a genuine request, and the same with one byte of the body changed, with one digit of the signature changed, and under the
 * signature of another body.
 *
 * @throws {CarelessContestantError} where the genuine one is refused or one of the others accepted.
 */
export const checkContestant = async (contestant: Contestant): Promise<void> => {
  const createBody = createBodies(1000);
  const sign = (id: string): SignedRequest => contestant.sign(createBody(id), id);
  if (!(await contestant.receive(sign('a')))) {
    throw new CarelessContestantError(contestant.name, 'refuses a genuine request');
  }
  const tampered: readonly (readonly [string, SignedRequest])[] = [
    ['a changed body', { ...sign('b'), body: flipByte(sign('b').body) }],
    ['a changed signature', withHeaders(sign('c'), otherDigit)],
    ['the signature of another body', { ...sign('d'), body: sign('e').body }],
  ];
  for (const [what, request] of tampered) {
    if (await accepts(contestant, request)) throw new CarelessContestantError(contestant.name, `accepts ${what}`);
  }
};

const accepts = async (contestant: Contestant, request: SignedRequest): Promise<boolean> => {
  try {
    return await contestant.receive(request);
  } catch {
    return false;
  }
};

/** A digit within the title, so that it stays JSON and only the signature tells. */
const flipByte = (body: Buffer<ArrayBuffer>): Buffer<ArrayBuffer> => {
  const changed = Buffer.from(body);
  const place = changed.indexOf('"title":"') + '"title":"'.length;
  changed.writeUInt8(changed.readUInt8(place) ^ 1, place);
  return changed;
};

const otherDigit = (value: string): string =>
  `${value.slice(0, -3)}${value.at(-3) === '1' ? '2' : '1'}${value.slice(-2)}`;

/** Changes every header whose name says that it holds the signature. */
const withHeaders = (request: SignedRequest, change: (value: string) => string): SignedRequest => {
  const isSignature = (name: string | undefined): boolean => name?.toLowerCase().includes('signature') === true;
  return {
    ...request,
    rawHeaders: request.rawHeaders.map((part, index) =>
      index % 2 === 1 && isSignature(request.rawHeaders[index - 1]) ? change(part) : part,
    ),
    headers: Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, isSignature(name) ? change(value) : value]),
    ),
  };
};
