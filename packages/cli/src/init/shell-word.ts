/** A path as one word of a command to be pasted, whatever it is called: in single quotes a POSIX shell carries out nothing. */
export const shellWord = (path: string): string => {
  if (/^[\w./:@+-]+$/.test(path)) return path;
  // why: cmd knows no single quotes; and no folder there has a double one in its name.
  return process.platform === 'win32' ? `"${path}"` : `'${path.replaceAll("'", "'\\''")}'`;
};
