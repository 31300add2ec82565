/** A field of which two payloads have different values; `undefined` where one has none. */
export interface Change {
  readonly path: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

export interface Changes {
  readonly changes: readonly Change[];
  /** How many fields are the same. */
  readonly same: number;
  /** Whether there was more than is looked at. */
  readonly isCut: boolean;
}

/** So many fields of each payload are compared. */
const maxFields = 5000;

/** Compares two payloads field by field, by their paths: `video.src.hls.0.url`. */
export const changesBetween = (before: unknown, after: unknown): Changes => {
  const [old, fresh] = [fieldsOf(before), fieldsOf(after)];
  const changes: Change[] = [];
  let same = 0;
  for (const path of new Set([...old.fields.keys(), ...fresh.fields.keys()])) {
    const change = { path, before: old.fields.get(path), after: fresh.fields.get(path) };
    if (change.before === change.after) same += 1;
    else changes.push(change);
  }
  return { changes, same, isCut: old.isCut || fresh.isCut };
};

const fieldsOf = (payload: unknown): { readonly fields: ReadonlyMap<string, string>; readonly isCut: boolean } => {
  const fields = new Map<string, string>();
  const walk = (part: unknown, path: string): void => {
    if (fields.size >= maxFields) return;
    const entries = typeof part === 'object' && part !== null ? Object.entries(part) : [];
    // why: an empty list is a value, too.
    if (entries.length === 0) fields.set(path === '' ? 'payload' : path, JSON.stringify(part) ?? 'nothing');
    for (const [name, child] of entries) walk(child, path === '' ? name : `${path}.${name}`);
  };
  walk(payload, '');
  return { fields, isCut: fields.size >= maxFields };
};
