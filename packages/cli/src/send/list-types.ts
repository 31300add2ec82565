import { findPlatform, platforms } from '../platforms/platforms.ts';
import { jsonLine } from '../terminal/json-line.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** Prints what can be sent. */
export const listTypes = (source: string | undefined, { json }: { readonly json?: true }, { out }: Terminal): void => {
  const shown = source === undefined ? platforms : [findPlatform(source)];
  if (json === true) {
    const sources = shown.map(({ isOpen, source: name, types }) => ({ source: name, types, open: isOpen }));
    out.line(jsonLine({ sources }));
    return;
  }
  for (const { isOpen, source: name, types } of shown) {
    for (const type of types) out.line(`${out.paint.cyan(name)} ${type}`);
    if (isOpen) out.line(out.paint.dim(`${name} … any other name, which the platform may use too`));
  }
};
