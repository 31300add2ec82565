import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CommandError } from '../command-error.ts';

/**
 * A package that not everybody needs: beside the command, or in the project it is run in.
 *
 * @param load Imports it by its literal name, so that its types are known.
 * @throws {CommandError} `package-missing`
 */
export const loadPackage = async <Module>(
  name: string,
  neededFor: string,
  load: () => Promise<Module>,
  directory: string,
): Promise<Module> => {
  try {
    return await load();
  } catch (error) {
    if (!isMissing(error, name)) throw error;
  }
  const found = resolveFrom(directory, name);
  if (found !== undefined) return import(pathToFileURL(found).href);
  throw new CommandError(
    'package-missing',
    `${neededFor} needs the package ${name}, which is not installed here: npm install ${name}`,
  );
};

const isMissing = (error: unknown, name: string): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND' && error.message.includes(name);

const resolveFrom = (directory: string, name: string): string | undefined => {
  try {
    return createRequire(join(directory, 'package.json')).resolve(name);
  } catch {
    return undefined;
  }
};
