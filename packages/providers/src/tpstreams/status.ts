/** A status as a word in snake_case: TPStreams writes `Not Started`, `NOT_STARTED` and `not started` for the same. */
export const normaliseStatus = (status: string): string => {
  const word = status
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_-]+/g, '_');
  // why: TPStreams' pages call the same status "Error" and "errored".
  return word === 'errored' ? 'error' : word;
};
