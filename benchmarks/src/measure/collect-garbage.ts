import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Before a measurement, so that nobody pays for what the one before left lying. */
export const collectGarbage = (): void => {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc()');
};
