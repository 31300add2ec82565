import { execFileSync } from 'node:child_process';
import { repository } from './project/run.ts';

/** The files that a fresh process loads with these modules, from the build. */
const filesLoadedBy = (modules: readonly string[]): readonly string[] => {
  const script = `
    import { registerHooks } from 'node:module';
    const urls = [];
    registerHooks({ load(url, context, next) { urls.push(url); return next(url, context); } });
    for (const name of ${JSON.stringify(modules)}) await import(name);
    process.stdout.write(JSON.stringify(urls));
  `;
  // why benchmarks: a folder whose package has all of them for dependencies.
  const loaded: unknown = JSON.parse(
    execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
      cwd: `${repository}/benchmarks`,
      encoding: 'utf8',
    }),
  );
  if (!Array.isArray(loaded)) throw new TypeError('Expected a list of files.');
  return loaded.map(String);
};

const adapters = ['@mediahooks/node', '@mediahooks/express', '@mediahooks/koa', '@mediahooks/next'];

describe.each(adapters)('a receiver with %s and one platform', (adapter) => {
  const files = filesLoadedBy(['@mediahooks/core', '@mediahooks/providers/ignite', adapter]);

  test('loads what it says', () => {
    for (const part of ['/core/dist/receive.js', '/providers/dist/ignite/video.js']) {
      expect(files).toContainEqual(expect.stringContaining(part));
    }
  });

  test.each([
    [
      'what only engines of the inbox are built with',
      /core\/dist\/inbox\/(index|search|stored-fields|activity)\.js|node\/dist\/inbox/,
    ],
    ['what answers an operator', /\/dist\/inspect\/|diagnosis\/(diagnosis|explain|hmac\/.*|token\/.*)\.js/],
    [
      'schemas of other platforms',
      /gcore\/message|tpstreams\/(body|api)|echo3d\/(body|payload)|threeq\/(body|event)\.js/,
    ],
    ['what checks tokens of Cognito', /aws-jwt-verify|check-token/],
  ])('does not load %s', (_what, pattern) => {
    expect(files.filter((file) => pattern.test(file))).toEqual([]);
  });
});
