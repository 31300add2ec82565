import { CommandError } from '../command-error.ts';
import { echo3dPlatform } from './echo3d.ts';
import { gcorePlatform } from './gcore.ts';
import { ignitePlatform } from './ignite.ts';
import type { Platform } from './platform.ts';
import { threeqPlatform } from './threeq.ts';
import { tpstreamsPlatform } from './tpstreams.ts';

export const platforms: readonly Platform[] = [
  gcorePlatform,
  ignitePlatform,
  tpstreamsPlatform,
  echo3dPlatform,
  threeqPlatform,
];

/** @throws {CommandError} `usage` for a platform there is not. */
export const findPlatform = (name: string): Platform => {
  const found = platforms.find(({ provider, source }) => name === source || name === provider);
  if (found !== undefined) return found;
  const known = platforms.map(({ source }) => source).join(', ');
  throw new CommandError('usage', `There is no platform ${JSON.stringify(name)}. There are: ${known}.`);
};
