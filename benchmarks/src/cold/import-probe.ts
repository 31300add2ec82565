/** In a fresh process: `import-probe.js <beside> <modules>`, JSON lists. Says how long the import took, and what the process takes. */
const [, , beside = '[]', modules = '[]'] = process.argv;
const load = async (list: string): Promise<void> => {
  const names: unknown = JSON.parse(list);
  if (!Array.isArray(names)) throw new TypeError('Expected a list of modules.');
  for (const name of names) await import(String(name));
};

await load(beside);
const startedAt = performance.now();
await load(modules);
const importMs = performance.now() - startedAt;
process.stdout.write(JSON.stringify({ importMs, residentMb: process.memoryUsage.rss() / 1024 / 1024 }));
