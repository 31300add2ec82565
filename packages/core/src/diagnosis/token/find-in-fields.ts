import { quote } from '../../rejection.ts';
import type { Finding } from '../finding.ts';
import type { SecretProbe } from '../secret-probe.ts';
import { maxTokenLength } from './token-forms.ts';

/** More fields than that are not looked at, … */
const maxFields = 200;
/** … and none that lie deeper. */
const maxDepth = 3;

/** Looks for the token in the other fields of a payload. `what` begins the hint: `The payload has no field "apiKey"`. */
export const findInFields = (payload: unknown, secrets: SecretProbe, what: string): Finding | undefined => {
  let fieldsLeft = maxFields;
  const search = (part: unknown, path: readonly string[]): readonly string[] | undefined => {
    if (typeof part === 'string') return part.length <= maxTokenLength && secrets.isSecret(part) ? path : undefined;
    if (typeof part !== 'object' || part === null || path.length >= maxDepth) return undefined;
    for (const [name, child] of Object.entries(part)) {
      fieldsLeft -= 1;
      if (fieldsLeft < 0) return undefined;
      const found = search(child, [...path, name]);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  const path = search(payload, []);
  if (path === undefined) return undefined;
  return {
    cause: 'token-field-renamed',
    hint: `${what}, and the token is there in the field ${quote(path.join('.'))}. Either the platform has renamed it, or something has wrapped the payload on its way.`,
  };
};
