import { posix } from 'node:path';
import { type ChosenSource, templateOf } from './chosen-source.ts';
import { environmentFile, variablesOf } from './environment-file.ts';
import { ignoreFile, linesMissingIn } from './ignore-file.ts';
import type { Framework, Project } from './project.ts';
import { appRoute, expressServer, koaServer, pagesRoute, receiverFile } from './templates.ts';

export interface InitPlan {
  /** To write, where there is nothing yet. Paths relative to the project, with `/`. */
  readonly files: readonly { readonly path: string; readonly text: string; readonly isSecret?: boolean }[];
  /** What the user does next, one line each. */
  readonly steps: readonly string[];
}

export interface InitChoice {
  readonly framework: Framework;
  readonly sources: readonly ChosenSource[];
  /** Gives a secret to begin with. */
  readonly createSecret: () => string;
  /** What npm is told to install for a package of ours. */
  readonly packageSpec: (name: string) => string;
  /** Whether `npx mediahooks` finds the command only where it was installed. */
  readonly needsCommand: boolean;
}

/** What a receiver in this project consists of. Reads nothing and writes nothing. */
export const planInit = (project: Project, choice: InitChoice): InitPlan => {
  const { createSecret, framework, sources } = choice;
  const { base, entry, has, ignored, isMounted, variables } = project;
  const extension = extensionOf(project, framework);
  const inBase = (name: string): string => posix.join(base, name);
  const receiver = { path: inBase(`webhooks.${extension}`), text: receiverFile(framework, sources) };
  const environment = has('.env')
    ? []
    : [{ path: '.env', text: environmentFile(framework, sources, createSecret), isSecret: true }];
  const ignore = ignored === undefined ? [{ path: '.gitignore', text: ignoreFile() }] : [];
  const notIgnored = ignored === undefined ? [] : linesMissingIn(ignored);
  const install = installSteps(project, choice);
  const notSet = variablesOf(sources).filter((name) => !variables.has(name));
  const secrets = [
    ...(has('.env')
      ? missing(notSet, 'Put into .env what is not there yet')
      : ["Your secrets are in .env: made up to try with, until you put the platforms' own there. Keep it out of git."]),
    ...missing(notIgnored, 'Put into .gitignore what it lacks'),
  ];

  if (framework === 'next') {
    const route = nextRoute(project, extension, receiver.path);
    return {
      files: [receiver, route, ...environment, ...ignore],
      steps: [...install, ...secrets, 'npx next dev', ...tryIt(sources, route.path.includes('pages/') ? '/api' : '')],
    };
  }

  const server = inBase(`server.${extension}`);
  const run =
    project.isTypeScript && !project.importsTsExtensions
      ? `npx tsx --env-file=.env ${server}`
      : `node --env-file=.env ${server}`;
  if (entry !== undefined && isMounted) {
    return {
      files: [receiver, ...environment, ...ignore],
      steps: [...install, ...secrets, ...(entry === server ? [run] : []), ...tryIt(sources, '')],
    };
  }

  // why: a server of one's own is not overwritten, whatever it is called; two lines go into it instead.
  if (entry !== undefined) {
    return {
      files: [receiver, ...environment, ...ignore],
      steps: [
        ...install,
        ...secrets,
        `Mount it in ${entry}, before anything that parses bodies:`,
        `    import { webhookMiddleware } from '@mediahooks/${framework}';`,
        `    import { webhooks } from '${importPath(project, posix.dirname(entry), receiver.path)}';`,
        framework === 'express'
          ? "    app.use('/webhooks', webhookMiddleware(webhooks));"
          : "    app.use(webhookMiddleware(webhooks, { path: '/webhooks' }));",
        ...tryIt(sources, ''),
      ],
    };
  }
  const text = (framework === 'express' ? expressServer : koaServer)(importPath(project, base, receiver.path));
  return {
    files: [receiver, { path: server, text }, ...environment, ...ignore],
    steps: [...install, ...secrets, run, ...tryIt(sources, '')],
  };
};

const missing = (names: readonly string[], step: string): readonly string[] =>
  names.length === 0 ? [] : [`${step}: ${names.join(', ')}`];

const installSteps = (
  project: Project,
  { framework, needsCommand, packageSpec }: Pick<InitChoice, 'framework' | 'needsCommand' | 'packageSpec'>,
): readonly string[] => {
  const specs = packagesFor(project, framework).map(packageSpec);
  return [
    ['npm install', ...specs].join(' '),
    ...(needsCommand && !project.dependencies.has('mediahooks')
      ? [`npm install --save-dev ${packageSpec('mediahooks')}`]
      : []),
  ];
};

const extensionOf = ({ isModule, isTypeScript }: Project, framework: Framework): string => {
  const language = isTypeScript ? 'ts' : 'js';
  // why: Next.js compiles them; Node alone needs to be told that they are ES modules.
  return framework === 'next' || isModule ? language : `m${language}`;
};

/** How a file imports another of the project. */
const importPath = ({ importsTsExtensions }: Project, from: string, path: string): string => {
  const relative = posix.relative(from === '' ? '.' : from, path);
  const dotted = relative.startsWith('.') ? relative : `./${relative}`;
  return importsTsExtensions ? dotted : dotted.replace(/\.(m?)ts$/, '.$1js');
};

const packagesFor = ({ dependencies }: Project, framework: Framework): string[] =>
  ['@mediahooks/core', '@mediahooks/providers', `@mediahooks/${framework}`, framework]
    .concat(framework === 'next' ? ['react', 'react-dom'] : [])
    .filter((name) => !dependencies.has(name));

const nextRoute = (
  { routes }: Project,
  extension: string,
  receiver: string,
): { readonly path: string; readonly text: string } => {
  const { folder, kind } = routes ?? { kind: 'app', folder: posix.join(posix.dirname(receiver), 'app') };
  const path =
    kind === 'app'
      ? `${folder}/webhooks/[source]/route.${extension}`
      : `${folder}/api/webhooks/[...source].${extension}`;
  const importedFrom = posix.relative(posix.dirname(path), receiver).replace(/\.[jt]s$/, '');
  return { path, text: (kind === 'app' ? appRoute : pagesRoute)(importedFrom) };
};

const tryIt = (sources: readonly ChosenSource[], prefix: string): string[] => {
  const url = (source: ChosenSource): string => `${prefix}/webhooks/${source}${templateOf(source).urlSuffix ?? ''}`;
  const tried = sources.find((source) => templateOf(source).needsAddress !== true);
  return [
    ...sources.map((source) => `URL for ${source}: https://<your host>${url(source)}`),
    ...(tried === undefined
      ? []
      : [
          `In another terminal: npx mediahooks send ${tried} all --to http://localhost:3000${prefix}/webhooks --env-file .env`,
        ]),
  ];
};
